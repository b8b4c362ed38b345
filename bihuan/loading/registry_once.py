"""A desk that decodes people and authority once: they hardly change while a file is loaded."""

from __future__ import annotations

from shared.ledger.port import Ledger
from shared.runtime.desk import Desk, Loaded, Now
from shared.runtime.law_files import Law
from shared.vocabulary.identities import kind_of

REGISTRY_KINDS = ("person", "authority", "community", "enterprise")


class RegistryOnceDesk(Desk):
    """If the registry does change meanwhile, appends are refused as stale: go on with a new desk."""

    def __init__(self, ledger: Ledger, law: Law, clock: Now) -> None:
        super().__init__(ledger, law, clock)
        self._known: dict[str, Loaded] = {}

    def load(self, stream: str) -> Loaded:
        """A stream, which may be empty; one of the registry as it was when first read."""
        if kind_of(stream) not in REGISTRY_KINDS:
            return super().load(stream)
        if stream not in self._known:
            self._known[stream] = super().load(stream)
        return self._known[stream]
