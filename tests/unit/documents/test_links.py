"""Links between documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bihuan.parts.places import PROJECT
from tests.unit.documents.test_documented import documents

LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)\s]*)?\)")


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    links = set(LINK.findall(documents()[path]))
    assert {link for link in links if not (path.parent / link).exists()} == set()
