"""A folder of registry files, parsed: YAML, UTF-8, no key twice."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from bihuan.loading.catalogue import SAFE
from services.registry.records import Entry, RowError, parse_registry
from shared.vocabulary.registry_facts import AuthorityGranted, CommunityRegistered

FILES = ("offices", "communities", "people", "enterprises", "channels", "authority")
LEDGER = "ledger"
"""Says which ledgers lie above and below which."""

MAY_LACK = ("campaigns", LEDGER)
KEYS = {name: name for name in (*FILES, *MAY_LACK)} | {"authority": "profiles", LEDGER: "ledgers"}
Uppers = Mapping[str, str | None]
"""The ledger above each ledger."""

LARGEST_FILE = 16 * 1024 * 1024


class _OnceLoader(SAFE):  # type: ignore[misc, valid-type]  # one of two classes
    """Refuses a key that is there twice, which YAML forbids and PyYAML lets pass."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping, with each key once."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{key} is there twice", key_node.start_mark
                    )
                seen.add(key)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


def read_registry(folder: Path, ledger: str) -> tuple[list[Entry], list[RowError]]:
    """Every record of the folder's files for a ledger, and all that is wrong; row 0 is the file itself."""
    documents: dict[str, dict[str, Any]] = {}
    errors: list[RowError] = []
    for name in KEYS:
        path = folder / f"{name}.yaml"
        if not path.is_file():
            if name in MAY_LACK:
                continue
            errors.append(RowError(name, 0, "没有这个文件，请补上", "there is no such file; add it"))
            continue
        try:
            documents[name] = _document(path, KEYS[name])
        except (OSError, UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError) as bad:
            mark = getattr(bad, "problem_mark", None)
            where = f"（文件第{mark.line + 1}行）" if mark else ""
            what = getattr(bad, "problem", None) or str(bad)
            errors.append(
                RowError(
                    name, 0, f"不能读取{where}：{what}，请改正后再试", f"cannot be read: {what}; mend it"
                )
            )
    if errors:
        return [], errors
    ledgers = documents.get(LEDGER, {}).get(KEYS[LEDGER], [])
    upper = {str(one.get("id")): str(one["upper"]) if one.get("upper") else None for one in ledgers}
    entries, wrong = parse_registry(documents)
    return entries, [*wrong, *_unknown_areas(ledger, upper, entries)]


def _unknown_areas(ledger: str, upper: Uppers, entries: Sequence[Entry]) -> list[RowError]:
    """Areas of authority profiles that are not the ledger, one above or below it, or a community of it.

    An officer's certificate must be for such an area: with another one every act would be refused.
    """
    facts = [entry.fact for entry in entries]
    known = {f.community for f in facts if isinstance(f, CommunityRegistered)}
    known |= {one for one in (ledger, *upper) if one in _chain(ledger, upper) or ledger in _chain(one, upper)}
    return [
        RowError(
            "authority", row,
            f"授权区域“{area}”不是本账本{ledger},不是 ledger.yaml 中它的上级或下级,也不是登记的社区,请更正 areas",
            f"area {area!r} is not the ledger {ledger}, none above or below it in ledger.yaml and no community; correct areas",
        )
        for row, profile in enumerate((f for f in facts if isinstance(f, AuthorityGranted)), start=1)
        for area in profile.areas
        if area not in known
    ]  # fmt: skip


def _chain(ledger: str, upper: Uppers) -> list[str]:
    """A ledger and what it lies in, the nearest first."""
    chain: list[str] = []
    following: str | None = ledger
    while following and following not in chain:
        chain.append(following)
        following = upper.get(following)
    return chain


def _document(path: Path, key: str) -> dict[str, Any]:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError("larger than 16 MB")
    raw = yaml.load(path.read_text("utf-8"), Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    if not isinstance(raw, dict) or not isinstance(raw.get(key), list):
        raise ValueError(f"a mapping with the list {key} is wanted")
    if not all(isinstance(record, dict) for record in raw[key]):
        raise ValueError(f"every record of {key} is a mapping")
    return raw
