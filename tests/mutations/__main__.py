"""Does each promise have a test that fails when the code breaks it? Every listed change is made to a copy and tried.

    python -m tests.mutations [--only WORD] [--list]

Prints one line per mutation; exit code 1 if a test did not notice one. What is listed stands in mutations.yaml.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
LISTED = Path(__file__).with_name("mutations.yaml")
PATIENCE = 900
"""Seconds, at most, for the tests of one mutation."""


@dataclass(frozen=True)
class Mutation:
    """A promise, the changes that break it, and the command that must then fail."""

    promise: str
    changes: list[dict[str, str]]
    test: str


def main() -> None:
    """Try what is listed, each in a copy of its own."""
    parser = argparse.ArgumentParser(prog="mutations")
    parser.add_argument("--only", default="", help="only those whose promise or test contains this")
    parser.add_argument("--list", action="store_true", help="show them and check that they can be made")
    asked = parser.parse_args()
    wanted = [m for m in listed() if asked.only in m.promise + m.test]
    survived = 0
    for n, mutation in enumerate(wanted, start=1):
        with tempfile.TemporaryDirectory(prefix="bihuan-mutation-") as folder:
            copy = Path(folder)
            _copy(copy)
            _change(copy, mutation)
            began = time.monotonic()
            caught = asked.list or _fails(copy, mutation.test)
        survived += not caught
        word = "listed" if asked.list else "caught" if caught else "SURVIVED"
        print(
            f"{n}/{len(wanted)} {word} {time.monotonic() - began:.0f}s  {mutation.promise}  [{mutation.test}]",
            flush=True,
        )
    sys.exit(1 if survived else 0)


def listed() -> list[Mutation]:
    """The mutations of the file."""
    return [Mutation(**raw) for raw in yaml.safe_load(LISTED.read_text("utf-8"))]


def _copy(copy: Path) -> None:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, files.decode().split("\0")):
        if (source := ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy / name)


def _change(copy: Path, mutation: Mutation) -> None:
    for change in mutation.changes:
        file = copy / change["file"]
        text = file.read_text("utf-8")
        if text.count(change["old"]) != 1:
            raise SystemExit(f"{change['file']} does not hold exactly once: {change['old']!r}")
        file.write_text(text.replace(change["old"], change["new"]), "utf-8")


def _fails(copy: Path, test: str) -> bool:
    """Whether the command fails on the copy; one that cannot even collect its tests proves nothing."""
    binaries = Path(sys.executable).parent
    # Programs that a test starts must be the copy's as well.
    environment = os.environ | {"PYTHONPATH": str(copy), "PATH": f"{binaries}:{os.environ['PATH']}"}
    command = (
        shlex.split(test)
        if not test.startswith("tests/")
        else [sys.executable, "-m", "pytest", "-x", "-q", *shlex.split(test)]
    )
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return True
    if done.returncode not in (0, 1):
        raise SystemExit(f"{test}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


if __name__ == "__main__":
    main()
