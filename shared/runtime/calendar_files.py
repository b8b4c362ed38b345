"""The published calendars as files: one YAML file a year, handed as plain data to the pure parser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from shared.law.calendar import Calendar, CalendarError, parse_calendar

SHIPPED = Path(__file__).parent.parent / "law" / "data" / "calendars"


def load_calendar(directory: Path = SHIPPED) -> Calendar:
    """The calendar of every `*.yaml` in the directory; a file that cannot be used is a `CalendarError`."""
    return parse_calendar([_entry(path) for path in sorted(directory.glob("*.yaml"))])


def _entry(path: Path) -> Mapping[str, object]:
    try:
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    # An impossible date (2026-02-30) and bytes that are not UTF-8 are both a ValueError.
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CalendarError(
            f"无法读取放假安排 {path}：{error}",
            f"cannot read the calendar {path}: {error}",
        ) from error
    if not isinstance(entry, Mapping):
        raise CalendarError(f"放假安排 {path} 不是字段表", f"the calendar {path} is not a mapping")
    return entry
