"""What this system costs, always beside a baseline that was measured in the same run."""
