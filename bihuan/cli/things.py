"""A thing as people name it: its kind and the beginning of its id, as many letters as tell it from the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bihuan.cli.book import Book
from shared.vocabulary.identities import stream_of
from shared.vocabulary.refusals import BadInput, UnknownThing

SHOWN = 8
"""How many candidates are listed."""

_SAID = re.compile(r"(?:(?P<kind>[a-z]+)/)?(?P<id>[A-Za-z0-9._:\-]{0,120})")


def meant(book: Book, said: str, kinds: Sequence[str]) -> str:
    """The one stream of these kinds that is meant by `hazard/3f2a`, or by `3f2a` alone.

    Raises BadInput for what could be several or is no name of a thing, UnknownThing for what is none.
    """
    match = _SAID.fullmatch(said.strip())
    kind = match and match["kind"]
    if match is None or (kind and kind not in kinds) or not (kind or match["id"]):
        raise BadInput(
            f"看不懂“{said}”", f"cannot read {said!r}", where="THING",
            do_zh=f"写法:种类/编号,编号写开头几位即可,例如 {kinds[0]}/3f2a;种类有{_kinds(kinds)}",
            do_en=f"write kind/id, the first letters of the id will do, e.g. {kinds[0]}/3f2a; "
            f"kinds: {', '.join(kinds)}",
        )  # fmt: skip
    among = [kind] if kind else kinds
    named, ledger = [stream_of(one, match["id"]) for one in among], book.desk.ledger
    exact = [stream for stream in named if ledger.version(stream)]
    found = exact or [stream for name in named for stream in ledger.streams(name, SHOWN + 1)]
    if not found:
        raise _unknown(match["id"], among)
    return only(said, found, lambda stream: _first(book, stream))


def only(said: str, found: Sequence[str], describe: Callable[[str], str]) -> str:
    """The one found; several are named, each in words, and refused as BadInput."""
    if len(found) == 1:
        return found[0]
    lines = [f"  {stream}  {describe(stream)}" for stream in found[:SHOWN]] + ["  ……"] * (len(found) > SHOWN)
    raise BadInput(
        "\n".join([f"“{said}”可以是下列任何一项:", *lines, ""]), f"{said!r} could be any of these",
        do_zh="请再多写几位编号", do_en="give more letters of the id",
    )  # fmt: skip


def _unknown(beginning: str, kinds: Sequence[str]) -> UnknownThing:
    return UnknownThing(
        f"没有编号以{beginning}开头的{_kinds(kinds)}", f"no {' or '.join(kinds)} here begins with {beginning}",
        where="THING",
        do_zh="请核对编号;bihuan register 列出隐患,bihuan late 列出到期事项,各带编号",
        do_en="check the id; bihuan register lists hazards and bihuan late what is due, with their ids",
    )  # fmt: skip


def _first(book: Book, stream: str) -> str:
    """How the thing began, in one sentence: it tells candidates apart better than their ids."""
    from services.oversight.words import Language, sentence

    begun = book.desk.load(stream).records[0]
    return f"{begun.effective:%Y-%m-%d} {sentence(begun.fact, Language.ZH, {})}"


def _kinds(kinds: Sequence[str]) -> str:
    from services.oversight.words import Language, kind_word

    return "、".join(f"{kind}({kind_word(kind, Language.ZH)})" for kind in kinds)
