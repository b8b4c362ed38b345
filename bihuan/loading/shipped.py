"""Where the files that we ship lie: the demonstration township and the catalogue of hazards."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
REGISTRY = DATA / "registry"
CATALOGUE = DATA / "catalogue.yaml"
VISITS = DATA / "visits.jsonl"
