"""Real input: the office's own registry files and inspection visits become facts in the ledger."""
