"""The frozen corpus: stored bodies of every kind of fact ever written, which every later version must still read.

One file per wire name, a body per line; `MANIFEST` has the SHA-256 of every line that was ever there. Lines and
files are added, never changed or taken away.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bihuan.contracts.samples import CONTEXT, sample
from shared.vocabulary.fact import Fact
from shared.wire.codec import encode

FOLDER = "tests/corpus"
MANIFEST = f"{FOLDER}/MANIFEST"
MOST = 5
"""How many lines a kind of fact begins with, at most."""

_CODE = re.compile(r"[a-z]+(_[a-z]+)*")

Corpus = Mapping[str, tuple[bytes, ...]]
"""Bodies by wire name."""


def read(project: Path) -> dict[str, tuple[bytes, ...]]:
    """The corpus as it is there."""
    return {
        path.name.removesuffix(".jsonl"): tuple(path.read_bytes().splitlines())
        for path in sorted((project / FOLDER).glob("*.jsonl"))
    }


def grown(
    corpus: Corpus, catalogue: Mapping[str, type[Fact]], played: Callable[[], Iterable[tuple[str, bytes]]]
) -> dict[str, tuple[bytes, ...]]:
    """The corpus with lines for the kinds of fact that have none yet.

    `played`: stored bodies with their wire names, asked for only if something is missing.
    """
    missing = sorted(set(catalogue) - set(corpus))
    if not missing:
        return dict(corpus)
    found: dict[str, set[bytes]] = {name: set() for name in missing}
    for name, body in played():
        if name in found:
            found[name].add(body)
    added = {
        name: chosen(bodies) if bodies else (encode(sample(catalogue[name]), CONTEXT),)
        for name, bodies in found.items()
    }
    return dict(sorted({**corpus, **added}.items()))


def chosen(bodies: Iterable[bytes]) -> tuple[bytes, ...]:
    """The smallest bodies of which each shows something that those before it do not, at most `MOST`."""
    taken: list[bytes] = []
    shown: set[str] = set()
    for body in sorted(bodies, key=lambda body: (len(body), body)):
        shows = set(_shape(json.loads(body), ""))
        if len(taken) < MOST and not shows <= shown:
            taken.append(body)
            shown |= shows
    return tuple(taken)


def _shape(value: Any, at: str) -> Iterator[str]:
    """Which members are there, of what type, whether they are empty, and which code words the fact's data have."""
    code = value if isinstance(value, str) and at.startswith("/data/") and _CODE.fullmatch(value) else ""
    yield f"{at}:{type(value).__name__}:{value is True}:{value in ('', [], 0)}:{code}"
    match value:
        case dict():
            for name, below in value.items():
                yield from _shape(below, f"{at}/{name}")
        case list():
            for below in value:
                yield from _shape(below, f"{at}/*")


def files(corpus: Corpus, manifest: str) -> dict[str, str]:
    """The corpus as files; `manifest`: the one that is there, of which every line stays."""
    lines = {digest(body): f"{digest(body)}  {name}" for name, bodies in corpus.items() for body in bodies}
    known = {line.split("  ")[0]: line for line in manifest.splitlines()}
    listed = sorted({**lines, **known}.values(), key=lambda line: line.split("  ")[::-1])
    return {
        **{
            f"{FOLDER}/{name}.jsonl": "".join(f"{body.decode()}\n" for body in bodies)
            for name, bodies in corpus.items()
        },
        MANIFEST: "".join(f"{line}\n" for line in listed),
    }


def digest(body: bytes) -> str:
    """What the manifest calls a line."""
    return hashlib.sha256(body).hexdigest()
