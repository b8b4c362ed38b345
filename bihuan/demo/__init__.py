"""`make demo`: the story without a person, on an installation whose processes are killed meanwhile."""
