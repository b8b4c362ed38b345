"""Ledger, bus, read models and watches against each other: whether all that follows from the facts is there."""
