"""The legal steps from stage to stage of each kind of thing, written down apart from the code that takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.walk import HAZARD, ITEM, PAPER, REPORT, SOURCE
from tests.fakes.walk_case import STEPS as CASE

Steps = Mapping[Any, set[Any]]

_HAZARD: Steps = {
    HAZARD.NONE: {HAZARD.REPORTED},
    HAZARD.REPORTED: {HAZARD.VERIFIED, HAZARD.UNFOUNDED, HAZARD.TRANSFERRED, HAZARD.MERGED},
    HAZARD.VERIFIED: {HAZARD.GRADED, HAZARD.UNFOUNDED, HAZARD.TRANSFERRED, HAZARD.MERGED},
    HAZARD.GRADED: {
        HAZARD.CORRECTED_ON_SPOT,
        HAZARD.UNDER_ORDER,
        HAZARD.TRANSFERRED,
        HAZARD.REPORTED_UP,
        HAZARD.MERGED,
    },
    HAZARD.MERGED: {
        HAZARD.REPORTED,
        HAZARD.VERIFIED,
        HAZARD.GRADED,
    },  # a wrong merging undone: where it stood
    HAZARD.UNDER_ORDER: {HAZARD.RECTIFIED, HAZARD.GRADED},
    HAZARD.CORRECTED_ON_SPOT: {HAZARD.CLOSED},
    HAZARD.RECTIFIED: {HAZARD.CLOSED},
    HAZARD.TRANSFERRED: {HAZARD.CLOSED},
    HAZARD.UNFOUNDED: set(),
    HAZARD.REPORTED_UP: set(),
    HAZARD.CLOSED: set(),
}
_PAPER: Steps = {
    PAPER.NONE: {PAPER.ISSUED},
    PAPER.ISSUED: {PAPER.SERVED, PAPER.WITHDRAWN},
    PAPER.SERVED: {PAPER.WITHDRAWN},
}
_ITEM: Steps = {
    ITEM.RUNNING: {ITEM.REPORTED, ITEM.PASSED, ITEM.FAILED},
    ITEM.REPORTED: {ITEM.PASSED, ITEM.FAILED},
    ITEM.FAILED: {ITEM.REPORTED, ITEM.PASSED},
}
_REPORT: Steps = {REPORT.NONE: {REPORT.RECEIVED}, REPORT.RECEIVED: {REPORT.TRIAGED}}
_SOURCE: Steps = {
    SOURCE.NONE: {SOURCE.OPENED, SOURCE.RECEIVED},
    SOURCE.RECEIVED: {SOURCE.OPENED, SOURCE.RETURNED},
    SOURCE.OPENED: {SOURCE.PROPOSED, SOURCE.DISPOSED},  # at once only by a penalty on the spot
    SOURCE.PROPOSED: {SOURCE.DISPOSED},
}

STEPS: Mapping[str, Steps] = {
    "report": _REPORT,
    "hazard": _HAZARD,
    "order": _PAPER,
    "item": _ITEM,
    "source": _SOURCE,
    "case": CASE,
}
