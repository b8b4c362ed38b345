"""Oversight reads: the register, what is late, one thing's timeline. It writes nothing but its read models."""
