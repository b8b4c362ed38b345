"""Bihuan (闭环): the composition root; it may import everything, and nothing imports it."""
