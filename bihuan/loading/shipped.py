"""Where the files that we ship lie: the demonstration's township and county, and the catalogue of hazards."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
REGISTRY = DATA / "registry"
REGISTRIES = {"t-qinghe": REGISTRY, "c-linshui": DATA / "county"}
"""The registry of each ledger of the demonstration, the township's first."""
CATALOGUE = DATA / "catalogue.yaml"
VISITS = DATA / "visits.jsonl"
