"""Chance that can be repeated: every test that leaves something to it says from which seed."""

from __future__ import annotations

import os
import random
import secrets

LONG = bool(os.environ.get("BIHUAN_LONG"))
"""Many more rounds than one has patience for in an ordinary run."""


def chance() -> random.Random:
    """A generator whose seed is printed, and shown with a failure; BIHUAN_SEED=n repeats it."""
    seed = int(os.environ.get("BIHUAN_SEED") or secrets.randbits(32))
    print("seed", seed)
    return random.Random(seed)
