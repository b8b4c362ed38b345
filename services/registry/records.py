"""Registry files ⇄ facts: each record is checked on its own and against the others; errors name file and row."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.law.penalties import FEN
from shared.vocabulary.fact import Fact
from shared.vocabulary.identities import stream_of
from shared.vocabulary.registry_facts import (
    AuthorityGranted,
    CampaignRegistered,
    CapBasis,
    Certificate,
    ChannelRegistered,
    CommunityRegistered,
    EnterpriseRegistered,
    OfficeRegistered,
    PersonRegistered,
    Series,
    SigningKey,
)

_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in which row of which file (rows count from 1), in Chinese and English."""

    file: str
    row: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A record ready to be registered: its stream and its fact."""

    stream: str
    fact: Fact


def parse_registry(
    documents: Mapping[str, Mapping[str, Any]],
) -> tuple[list[Entry], list[RowError]]:
    """Every record of parsed files (by file stem: offices, communities, people ...), and all that is wrong."""
    errors: list[RowError] = []
    entries: list[Entry] = []
    known: dict[str, set[str]] = {}
    for stem, (key, make) in _MAKERS.items():
        rows = documents.get(stem, {}).get(key, [])
        seen: set[str] = set()
        for n, raw in enumerate(rows, start=1):
            made = _made(stem, n, raw, make, errors)
            if made is None:
                continue
            if made.stream in seen:
                errors.append(
                    RowError(
                        stem,
                        n,
                        f"编号{raw.get('id')}重复",
                        f"{raw.get('id')} is there twice",
                    )
                )
            seen.add(made.stream)
            entries.append(made)
        known[stem] = {stream.partition("/")[2] for stream in seen}
    errors += _dangling(documents, known)
    errors += _too_few(entries)
    return entries, errors


def within(entries: Iterable[Entry], ledgers: Collection[str]) -> list[Entry]:
    """The same where these ledgers are kept: an office whose own book is elsewhere is dealt with on paper."""
    return [
        Entry(entry.stream, replace(entry.fact, ledger=None))
        if isinstance(entry.fact, OfficeRegistered) and entry.fact.ledger not in ledgers
        else entry
        for entry in entries
    ]


def _made(stem: str, n: int, raw: Any, make: Any, errors: list[RowError]) -> Entry | None:
    try:
        stream, fact = make(raw)
        TypeAdapter(type(fact)).validate_python(fact)
        return Entry(stream, fact)
    except ValidationError as bad:
        first = bad.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        errors.append(RowError(stem, n, f"“{where}”填写有误:{first['msg']}", f"{where}: {first['msg']}"))
    except (KeyError, TypeError, ValueError, AttributeError) as bad:
        errors.append(RowError(stem, n, f"缺少或填错:{bad}", f"missing or wrong: {bad}"))
    return None


def _office(raw: Mapping[str, Any]) -> tuple[str, Fact]:
    fact = OfficeRegistered(raw["id"], raw["name"], raw["kind"], raw.get("upper"), raw.get("ledger"))
    return stream_of("office", fact.office), fact


def _community(raw: Mapping[str, Any]) -> tuple[str, Fact]:
    return stream_of("community", raw["id"]), CommunityRegistered(raw["id"], raw["name"])


def _person(raw: Mapping[str, Any]) -> tuple[str, Fact]:
    paper = raw.get("certificate")
    certificate = None
    if paper:
        certificate = Certificate(paper["number"], paper["valid_from"], paper["valid_to"], paper["area"])
        if certificate.valid_to < certificate.valid_from:
            raise ValueError(f"certificate {certificate.number}: valid_to before valid_from")
    fact = PersonRegistered(
        raw["id"],
        raw["name"],
        tuple(raw["roles"]),
        raw["office"],
        tuple(raw.get("communities") or ()),
        certificate,
    )
    return stream_of("person", fact.person), fact


def _enterprise(raw: Mapping[str, Any]) -> tuple[str, Fact]:
    fact = EnterpriseRegistered(
        raw["id"],
        raw["name"],
        raw["community"],
        raw["sector"],
        raw["supervision"],
        raw.get("address") or "",
    )
    return stream_of("enterprise", fact.enterprise), fact


def _channel(raw: Mapping[str, Any]) -> tuple[str, Fact]:
    keys = tuple(_key(key) for key in raw.get("keys") or ())
    if len({key.id for key in keys}) < len(keys):
        raise ValueError("keys: an id is there twice")
    must_sign = raw.get("must_sign", False)
    if not isinstance(must_sign, bool):
        raise ValueError("must_sign is true or false")
    if must_sign and not keys:
        raise ValueError("must_sign: without keys nothing could be verified")
    fact = ChannelRegistered(raw["id"], raw["name"], raw["kind"], keys, must_sign)
    return stream_of("channel", fact.channel), fact


def _key(raw: Mapping[str, Any]) -> SigningKey:
    """A channel's key, which must be one: a mistyped one would refuse every request."""
    if not _KEY_ID.fullmatch(raw["id"]):
        raise ValueError("keys: an id has 1 to 40 of A-Z a-z 0-9 . _ -")
    if len(b64decode(raw["public"], validate=True)) != _KEY_BYTES:
        raise ValueError("keys: public is the 32 bytes of an Ed25519 key in base64")
    return SigningKey(raw["id"], raw["public"])


def _campaign(raw: Mapping[str, Any]) -> tuple[str, Fact]:
    fact = CampaignRegistered(raw["id"], raw["name"], raw["first"], raw.get("last"))
    if fact.last is not None and fact.last < fact.first:
        raise ValueError(f"campaign {fact.campaign}: last before first")
    return stream_of("campaign", fact.campaign), fact


def _authority(raw: Mapping[str, Any]) -> tuple[str, Fact]:
    caps = raw.get("caps") or {}
    fact = AuthorityGranted(
        office=raw["office"],
        profile=raw["id"],
        mode=raw["mode"],
        valid_from=raw["valid_from"],
        valid_to=raw["valid_to"],
        acting_name=raw["acting_name"],
        series=tuple(Series(kind, prefix) for kind, prefix in raw["number_series"].items()),
        areas=tuple(raw["areas"]),
        delegator=raw.get("delegator"),
        cap_entity=_fen(caps.get("entity")),
        cap_individual=_fen(caps.get("individual")),
        cap_basis=CapBasis(raw["cap_basis"]),
        procedures=tuple(raw.get("procedures_allowed") or ()),
        measures=tuple(raw.get("measures_allowed") or ()),
        sectors_excluded=tuple(raw.get("sectors_excluded") or ()),
        min_officers=raw["min_officers"]["n"],
        recurrence_window_days=raw["recurrence_window_days"]["n"],
        published_url=raw.get("published_url") or "",
        mark=raw["mark"],
    )
    return stream_of("authority", fact.office), fact


def _fen(cap: Mapping[str, Any] | None) -> int | None:
    """The least amount beyond a cap given in whole yuan, in fen: the cap itself where it is exclusive."""
    return None if cap is None else int(cap["yuan"]) * FEN + (1 if cap["inclusive"] else 0)


_MAKERS = {
    "offices": ("offices", _office),
    "communities": ("communities", _community),
    "people": ("people", _person),
    "enterprises": ("enterprises", _enterprise),
    "channels": ("channels", _channel),
    "campaigns": ("campaigns", _campaign),
    "authority": ("profiles", _authority),
}


def _dangling(
    documents: Mapping[str, Mapping[str, Any]], known: Mapping[str, set[str]]
) -> Iterable[RowError]:
    """References to records that no file has."""
    checks: Sequence[tuple[str, str, str, str]] = (
        ("people", "people", "office", "offices"),
        ("people", "people", "communities", "communities"),
        ("enterprises", "enterprises", "community", "communities"),
        ("authority", "profiles", "office", "offices"),
    )
    for stem, key, field, target in checks:
        for n, raw in enumerate(documents.get(stem, {}).get(key, []), start=1):
            value = raw.get(field) if isinstance(raw, Mapping) else None
            for reference in value if isinstance(value, list) else [value]:
                if reference and reference not in known.get(target, set()):
                    zh = f"“{field}”所填{reference}未登记"
                    yield RowError(stem, n, zh, f"{field}: {reference} is not registered")


def _too_few(entries: Sequence[Entry]) -> Iterable[RowError]:
    """Profiles that ask for more certified officers than their office has (行政处罚法 Art. 42; some provinces more)."""
    facts = [entry.fact for entry in entries]
    certified = [f.office for f in facts if isinstance(f, PersonRegistered) and f.certificate is not None]
    profiles = (f for f in facts if isinstance(f, AuthorityGranted))
    for n, profile in enumerate(profiles, start=1):
        has = certified.count(profile.office)
        if has < profile.min_officers:
            yield RowError(
                "authority",
                n,
                f"{profile.office}须有{profile.min_officers}名持证人员,登记了{has}名",
                f"{profile.office} needs {profile.min_officers} certified people and has {has}",
            )
