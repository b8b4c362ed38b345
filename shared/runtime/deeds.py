"""A service's acts as a table: what is asked, of which kind of thing, and who answers.

HTTP routes, the scenario runner and the importer all read the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.ledger.port import Appended
from shared.runtime.desk import Call, Desk


@dataclass(frozen=True, slots=True)
class Deed:
    """One act: its name in addresses and files, the kind of thing, the shape of what is asked, the handler.

    `new`: the act creates its thing, so the handler takes no id.
    """

    name: str
    kind: str
    ask: type[BaseModel]
    handler: Callable[..., Appended]
    new: bool = False

    def do(self, desk: Desk, call: Call, thing: str | None, ask: Any) -> Appended:
        """Carry it out once, however often the same command arrives."""
        if self.new:
            return desk.run(call, lambda: self.handler(desk, call, ask))
        return desk.run(call, lambda: self.handler(desk, call, thing, ask))
