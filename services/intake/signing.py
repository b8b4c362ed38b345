"""Channels that sign: whose key a keyid names, and which channels must."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from fastapi import Depends, Request

from services.intake import handlers
from services.intake.receiving import Front
from shared.runtime.access import Principal, PrincipalKind
from shared.runtime.desk import DeskOf
from shared.runtime.doors import Asking, asking_as, seen_of
from shared.runtime.problems import AtRim
from shared.runtime.signature_problems import SIGNATURE_REQUIRED
from shared.runtime.signatures import KeyOf
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import ChannelRegistered


def key_of(desk_of: DeskOf) -> KeyOf:
    """By a keyid, `LEDGER/CHANNEL/KEY`: the channel and its key as it is registered now, or None."""

    def known(keyid: str) -> tuple[Principal, bytes] | None:
        ledger, _, rest = keyid.partition("/")
        channel, _, name = rest.partition("/")
        desk = desk_of(ledger)
        facts = desk.load(stream_of("channel", channel)).facts if desk and channel else ()
        registered = facts[-1] if facts else None
        if not isinstance(registered, ChannelRegistered):
            return None
        found = next((key for key in registered.keys if key.id == name), None)
        if found is None:
            return None
        return Principal(ledger, channel, PrincipalKind.CHANNEL), b64decode(found.public)

    return known


def asking_channel(front: Front) -> Callable[..., Asking]:
    """The dependency of what channels may do: like every POST, and signed if the channel must sign."""
    asked_by = Depends(asking_as(front.doors, PrincipalKind.CHANNEL))

    def asking(request: Request, asking: Asking = asked_by) -> Asking:
        require_signature(request, asking)
        return asking

    return asking


def require_signature(request: Request, asking: Asking) -> None:
    """Refuse a channel that must sign and did not, also where the request repeats one; raises AtRim."""
    _, registered = handlers.registered_channel(asking.desk, asking.principal.id)
    if registered.must_sign and not seen_of(request).signed:
        raise AtRim(SIGNATURE_REQUIRED)
