"""How `--help` is shown: Chinese before English, wrapped where Chinese may be, never wider than the terminal.

Typer's own layout cuts Chinese off: it measures in letters where a Chinese character takes two.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import typer
from typer.core import TyperCommand, TyperGroup

WIDEST, NARROWEST = 100, 40
COLUMN = 24
"""Where the words beside a name begin."""

ARGUMENTS, OPTIONS, COMMANDS = "参数 Arguments", "选项 Options", "命令 Commands"

_NO_START = frozenset("，。；：、！？）》」』”’…·,.;:!?)]}%")
_NO_END = frozenset("（《「『“‘([{")
_ATOM = re.compile(r"\s+|［[^］]*］|[\x21-\x7e\u00a1-\u024f–—]+|.", re.DOTALL)
_ENGLISH_AFTER = re.compile(r"(.*[。！？])\s*([A-Z`].*)|(.*?) / (.*)", re.DOTALL)
_MARKS = re.compile(r"\s*\[((?:default: |required|env var: )[^\]]*)\]\s*")
_TYPE = re.compile(r" <(?![^>]*\|)[^>]*>")
_TYPERS_OWN = {
    "--help": "显示本说明 / show this message",
    "--install-completion": "为当前 shell 安装命令补全 / install completion for this shell",
    "--show-completion": "显示补全脚本，供自行安装 / show the completion script",
}


def dressed(app: typer.Typer) -> typer.Typer:
    """The application with this help for it, its groups and their commands."""
    app.info.cls = _Group
    for command in app.registered_commands:
        command.cls = _Command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            dressed(group.typer_instance)
    return app


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; words stay whole, and no line begins with a closing mark."""
    lines, line = [], ""
    for atom in _atoms(text):
        if line and cells(line + atom.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += atom if line else atom.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def cells(text: str) -> int:
    """How many cells a text takes at most: a character that is wide for some terminals is wide here."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def _atoms(text: str) -> Iterator[str]:
    """What may not be torn apart: words, and characters with the marks and spaces that cling to them."""
    held = ""
    for piece in _ATOM.findall(" ".join(text.split())):
        clings = piece.isspace() or _NO_START.issuperset(piece) or held[-1:] in _NO_END
        if held and not clings:
            yield held
            held = ""
        held += piece
    if held:
        yield held


class _Help:
    """What both kinds of command show."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, what it does, arguments, options, commands."""
        command: Any = self
        width = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
        formatter.write("\n".join(_page(command, ctx, width)) + "\n")


class _Command(_Help, TyperCommand):
    pass


class _Group(_Help, TyperGroup):
    pass


@dataclass(frozen=True, slots=True)
class Described:
    """What a command says of itself: usage, sentences, and by title its arguments, options and commands with their words.

    Words are sentences, the Chinese one first.
    """

    usage: str
    sentences: list[str]
    sections: dict[str, list[tuple[str, list[str]]]]


def described(command: Any, ctx: Any) -> Described:
    """What a command of a dressed application says of itself."""
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    sections: dict[str, list[tuple[str, list[str]]]] = {ARGUMENTS: [], OPTIONS: [], COMMANDS: []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is not None:
            own = next((words for name, words in _TYPERS_OWN.items() if name in param.opts), None)
            some = sections[ARGUMENTS if param.param_type_name == "argument" else OPTIONS]
            words = own or _complete(record[1], _choices(param, ctx))
            some.append((_TYPE.sub("", record[0]), _sentences(words)))
    for name in getattr(command, "commands", {}):
        found = command.get_command(ctx, name)
        if found is not None and not found.hidden:
            sections[COMMANDS].append((name, _sentences(found.help or "")))
    return Described(usage, _sentences(command.help or ""), {t: rows for t, rows in sections.items() if rows})


def _page(command: Any, ctx: Any, width: int) -> Iterator[str]:
    told = described(command, ctx)
    yield from wrapped(f"用法 Usage: {told.usage}", width)
    yield ""
    for sentence in told.sentences:
        yield from wrapped(sentence, width)
    for title, rows in told.sections.items():
        yield from ("", f"{title}:")
        for name, words in rows:
            yield from _row(name, words, width)


def _row(name: str, words: list[str], width: int) -> Iterator[str]:
    """A name and, beside it or below it, its words."""
    lines = [line for sentence in words for line in wrapped(sentence, width - COLUMN)]
    first, rest = f"  {name}", lines
    if lines and cells(first) <= COLUMN - 2:
        first, rest = first.ljust(COLUMN) + lines[0], lines[1:]
    yield first
    yield from (" " * COLUMN + line for line in rest)


def _sentences(words: str) -> list[str]:
    """The Chinese, then the English."""
    found = _ENGLISH_AFTER.fullmatch(words.strip())
    return [part.strip() for part in found.groups() if part] if found else [words.strip()]


def _choices(param: Any, ctx: Any) -> list[str]:
    """The values that shell completion offers where the parameter is not an enum, whose name shows them."""
    if "|" in (param.display_type_rich(ctx=ctx) or ""):
        return []
    return [item.value for item in param.shell_complete(ctx, "") if item.type == "plain"]


def _complete(words: str, choices: list[str]) -> str:
    """The Chinese with what may be given and what holds when nothing is, then the English."""
    marks = "".join(f"［{_marked(one)}］" for found in _MARKS.findall(words) for one in found.split("; "))
    zh, slash, en = _MARKS.sub("", words).partition(" / ")
    listed = f"。可选：{'、'.join(choices)}" if choices else ""
    return f"{zh}{listed}{marks}{slash}{en}"


def _marked(mark: str) -> str:
    if mark == "required":
        return "必填"
    return mark.replace("default: ", "默认 ").replace("env var: ", "环境变量 ")
