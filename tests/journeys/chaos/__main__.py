"""`make chaos`: rounds of killing on PostgreSQL, each kept as one line of JSON, so that many runs add up.

    python -m tests.journeys.chaos --rounds 10 [--seed 7]

A failing round prints its seed; the same seed repeats it.
"""

from __future__ import annotations

import argparse
import json
import secrets
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from bihuan.parts.ladder import UseAddress
from bihuan.parts.postgres import PostgresServer
from bihuan.parts.telling import Teller
from bihuan.parts.temporal import TemporalServer
from bihuan.parts.temporal_ladder import Surroundings, obtain_temporal
from shared.law.periods import SHANGHAI
from shared.runtime.telemetry import configure
from tests.journeys.chaos.campaign import run_round
from tests.journeys.chaos.town import build

KEPT = Path(".bihuan/kills.jsonl")
ORDERS, KILLS = 4, 10


def main() -> None:
    """Run rounds and say how many kills there have been in all."""
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    configure("chaos", level="WARNING")
    KEPT.parent.mkdir(exist_ok=True)
    for _ in range(asked.rounds):
        seed = asked.seed if asked.seed is not None else secrets.randbits(32)
        print(f"seed {seed}", flush=True)
        line = one_round(seed)
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(f"{line}\n{total()}", flush=True)


def one_round(seed: int) -> str:
    """A fresh PostgreSQL, Temporal and installation; killed, checked and thrown away."""
    source = obtain_temporal(Surroundings({"PATH": "", "HOME": str(Path.home())}), Teller())
    if isinstance(source, UseAddress):
        raise AssertionError("only a server of our own may be killed")
    with tempfile.TemporaryDirectory(prefix="bihuan-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        folder.chmod(0o711)
        postgres, temporal = PostgresServer(folder / "pg"), TemporalServer(source.binary, folder / "temporal")
        postgres.start()
        temporal.start()
        town = build(folder, postgres, temporal, "kills", datetime(2026, 3, 2, 9, tzinfo=SHANGHAI))
        town.start_worker()
        try:
            return json.dumps(asdict(run_round(town, seed, orders=ORDERS, kills=KILLS)))
        finally:
            town.stop_worker()
            town.house.close()
            temporal.stop()
            postgres.stop()


def total() -> str:
    """All kills kept so far, by process."""
    counts: dict[str, int] = {}
    lines = KEPT.read_text("utf-8").splitlines()
    for line in lines:
        for name, n in json.loads(line)["kills"].items():
            counts[name] = counts.get(name, 0) + n
    return f"{len(lines)} rounds, {sum(counts.values())} kills: {counts}"


if __name__ == "__main__":
    main()
