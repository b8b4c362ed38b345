"""All that is generated, as {path in the project: text}; nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bihuan.contracts import (
    asyncapi,
    client,
    commands,
    corpus,
    courses,
    events,
    interfaces,
    lifecycle,
    playing,
    problems,
    routes,
    vocabulary,
)
from shared.runtime.law_files import Law
from shared.vocabulary.fact import CATALOGUE

SCENARIOS = "tests/scenarios"
_REFUSING = ("refusals", "outside-authority")
"""Scenarios in which every kind of refusal occurs that decisions give."""
GENERATED = (f"{events.FOLDER}/*.json", f"{interfaces.FOLDER}/*.json", f"{problems.FOLDER}/*.md")
"""Where nothing else may lie."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What the files are to be, and which of those that are there are no more."""

    files: dict[str, str]
    gone: tuple[str, ...]


def generate(project: Path, law: Law) -> Generated:
    """Everything, from the code and from the corpus that is there, with lines for kinds of fact that have none."""
    scenarios = sorted((project / SCENARIOS).glob("*.yaml"))
    # Facts are entered as their modules happen to be imported.
    catalogue = dict(sorted(CATALOGUE.items()))
    grown = corpus.grown(corpus.read(project), catalogue, lambda: playing.bodies(scenarios, law))
    manifest = project / corpus.MANIFEST
    refusing = [path for path in scenarios if path.stem in _REFUSING]
    described = interfaces.described(law)
    openapi = interfaces.files(described)
    files = {
        **corpus.files(grown, manifest.read_text("utf-8") if manifest.exists() else ""),
        **events.files(catalogue, grown),
        **asyncapi.files(catalogue),
        **openapi,
        **client.files(openapi),
        **vocabulary.files(catalogue, law),
        **problems.files(law, playing.refusals(refusing, law)),
        **commands.files(project),
        **routes.files(described),
        **lifecycle.files(courses.courses(scenarios, law).moves, law),
    }
    there = {str(path.relative_to(project)) for glob in GENERATED for path in project.glob(glob)}
    return Generated(dict(sorted(files.items())), tuple(sorted(there - set(files))))


def told(project: Path, folder: str) -> dict[str, str]:
    """What others were told: the JSON files of a folder that are there."""
    found = sorted((project / folder).glob("*.json"))
    return {str(path.relative_to(project)): path.read_text("utf-8") for path in found}
