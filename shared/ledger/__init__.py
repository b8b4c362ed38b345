"""The only writer of facts: append, read, verify, and personal data sealed outside the facts."""
