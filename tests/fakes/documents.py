"""Commands and calls as the documents give them to people, to be carried out as they stand there."""

from __future__ import annotations

import re

from bihuan.parts.places import PROJECT

_MARKED = re.compile(r"<!-- run: ([a-z0-9-]+) -->\n+```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def marked(page: str) -> dict[str, str]:
    """The blocks of a page that are marked to be run, by their marks, in their order."""
    found = _MARKED.findall((PROJECT / page).read_text("utf-8"))
    assert len({name for name, _ in found}) == len(found) > 0
    return dict(found)
