"""A folder of registry files, parsed: YAML, UTF-8, no key twice."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from bihuan.loading.catalogue import SAFE
from services.registry.records import Entry, RowError, parse_registry

FILES = ("offices", "communities", "people", "enterprises", "channels", "authority")
MAY_LACK = ("campaigns",)
KEYS = {name: "profiles" if name == "authority" else name for name in (*FILES, *MAY_LACK)}
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


def read_registry(folder: Path) -> tuple[list[Entry], list[RowError]]:
    """Every record of the folder's files, and all that is wrong with them; row 0 is the file itself."""
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
    entries, wrong = parse_registry(documents)
    return entries, list(wrong)


def _document(path: Path, key: str) -> dict[str, Any]:
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError("larger than 16 MB")
    raw = yaml.load(path.read_text("utf-8"), Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    if not isinstance(raw, dict) or not isinstance(raw.get(key), list):
        raise ValueError(f"a mapping with the list {key} is wanted")
    if not all(isinstance(record, dict) for record in raw[key]):
        raise ValueError(f"every record of {key} is a mapping")
    return raw
