"""An act on one thing: loaded and allowed; its facts, once decided, are appended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

from shared.law.periods import shanghai_day
from shared.ledger.port import Appended, Unchanged
from shared.runtime.desk import Acting, Call, Change, Desk, Loaded
from shared.runtime.places import in_sector
from shared.vocabulary.fact import Fact

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Begun(Generic[S]):
    """The thing as it was read, its state, and those who act on it, checked."""

    desk: Desk
    call: Call
    act: str
    loaded: Loaded
    acting: Acting
    state: S

    @property
    def day(self) -> date:
        """The day on which the act takes effect, in Shanghai."""
        return shanghai_day(self.acting.effective)

    def in_sector(self, enterprise: str | None) -> Begun[S]:
        """The same, if the authority profile reaches the enterprise's sector; raises OutsideAuthority."""
        return replace(self, acting=in_sector(self.desk, self.act, self.acting, enterprise))

    def guarding(self, *read: Unchanged) -> Begun[S]:
        """The same, holding only while what was read besides is unchanged."""
        return replace(self, acting=replace(self.acting, guards=(*self.acting.guards, *read)))

    def number(self, kind: str) -> tuple[str, Change]:
        """The next number for a paper about the thing; raises OutsideAuthority."""
        return self.desk.number(kind, self.acting, self.loaded.stream)

    def append(
        self, *facts: Fact, also: Iterable[Change] = (), moments: Mapping[str, datetime] | None = None
    ) -> Appended:
        """Record facts of the thing, and whatever else the act changes, as one command; `moments`: see Change."""
        return self.desk.append(self.call, self.acting, Change(self.loaded, facts, moments or {}), *also)


def begin(
    desk: Desk, call: Call, act: str, kind: str, thing: str, replay: Callable[[Iterable[Fact]], S]
) -> Begun[S]:
    """Load a thing that must exist and check those who act on it; raises refusals."""
    loaded = desk.thing(kind, thing, call)
    return Begun(desk, call, act, loaded, desk.begin(act, call, loaded), replay(loaded.facts))
