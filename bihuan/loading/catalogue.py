"""The catalogue of hazards: legal items, usual remedies, and the agencies that others' matters go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from shared.vocabulary.refusals import BadInput

SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader on libyaml, which is ten times as fast, where there is one."""


@dataclass(frozen=True, slots=True)
class TransferTarget:
    """An agency that takes what is its matter."""

    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a visit may cite: legal items with their first day, remedies by hazard code, transfer targets."""

    legal_items: Mapping[str, date]
    remedies: Mapping[str, str]
    targets: Mapping[str, TransferTarget]


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue in a file; raises BadInput when it cannot be one."""
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=SAFE)  # noqa: S506 - a safe loader
        return Catalogue(
            {code: item["valid_from"] for code, item in raw["legal_items"].items()},
            {hazard["code"]: hazard.get("remedy") or "" for hazard in raw["hazards"]},
            {
                code: TransferTarget(target["name"], target["office"])
                for code, target in raw["transfer_targets"].items()
            },
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError) as bad:
        raise BadInput(
            f"隐患目录{path}不能使用：{bad}", f"the catalogue {path} cannot be used: {bad}",
            do_zh="请按bihuan/data/README.md核对", do_en="check it against bihuan/data/README.md",
        ) from bad  # fmt: skip
