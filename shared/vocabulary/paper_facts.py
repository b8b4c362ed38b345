"""Facts of numbers of papers and of messages to people."""

from __future__ import annotations

from dataclasses import dataclass

from shared.vocabulary.fact import Fact, fact


@fact("number.used.v1")
@dataclass(frozen=True, slots=True)
class NumberUsed(Fact):
    """One number of a series was used; `text` is how it is printed, `paper` the stream it is for."""

    series: str
    kind: str
    year: int
    number: int
    text: str
    paper: str


@fact("message.owed.v1")
@dataclass(frozen=True, slots=True)
class MessageOwed(Fact):
    """A role, or the channel of a report, is to be told something about a thing on a day; `text` has no personal data."""

    message: str
    to: tuple[str, ...]
    about: str
    day: str
    text: str


@fact("message.sent.v1")
@dataclass(frozen=True, slots=True)
class MessageSent(Fact):
    """A channel took the message; sending is at least once, under the message's id."""

    message: str
    channel: str
