"""What is generated from the code: the contracts that others build against, and the references that people read."""
