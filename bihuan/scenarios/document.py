"""A YAML file as a tree that remembers its lines; every scalar stays text, so nothing is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class BadScenario(Exception):
    """A scenario file that cannot be run: file, line, what is wrong and what to do, in Chinese and English."""

    def __init__(self, file: str, line: int, zh: str, en: str, *, do_zh: str, do_en: str) -> None:
        super().__init__(f"{file}:{line}: {en}; {do_en}")
        self.file, self.line, self.zh, self.en, self.do_zh, self.do_en = file, line, zh, en, do_zh, do_en

    def told(self, english: bool) -> str:
        """The message in one language."""
        if english:
            return f"{self.file}, line {self.line}: {self.en}. What to do: {self.do_en}."
        return f"{self.file} 第{self.line}行：{self.zh}。处理：{self.do_zh}。"


class Table(dict[str, Any]):
    """A mapping that knows the line (from 1) on which it and each of its keys stand."""

    line: int
    lines: dict[str, int]


class Listing(list[Any]):
    """A list that knows the line on which it and each of its entries stand."""

    line: int
    lines: list[int]


def read_document(path: Path, name: str = "") -> Table:
    """The file's tree, whose root is a mapping; raises BadScenario."""
    file = name or str(path)
    try:
        root = yaml.compose(path.read_text("utf-8"), yaml.BaseLoader)
    except OSError as error:
        raise BadScenario(
            file, 1, f"读不到文件（{error.strerror}）", f"the file cannot be read ({error.strerror})",
            do_zh="请核对路径", do_en="check the path",
        ) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise BadScenario(
            file,
            1,
            "文件不是UTF-8编码",
            "the file is not UTF-8",
            do_zh="请另存为UTF-8",
            do_en="save it as UTF-8",
        ) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadScenario(
            file, line, f"不是正确的YAML（{error.problem}）", f"this is not YAML ({error.problem})",
            do_zh="请检查缩进、冒号和引号", do_en="check indentation, colons and quotes",
        ) from error  # fmt: skip
    tree = _tree(file, root, frozenset()) if root else None
    if not isinstance(tree, Table):
        raise BadScenario(
            file, 1, "文件应为“键: 值”的表", "the file must be a mapping",
            do_zh="请参照 docs/scenarios.md 的例子", do_en="see the example in docs/scenarios.md",
        )  # fmt: skip
    return tree


def line_of(tree: Any, path: tuple[int | str, ...]) -> int:
    """The line of the deepest part of a path that the tree holds."""
    line: int = tree.line
    for part in path:
        match tree, part:
            case Table(), str() if part in tree:
                line, tree = tree.lines[part], tree[part]
            case Listing(), int() if part < len(tree):
                line, tree = tree.lines[part], tree[part]
            case _:
                break
    return line


def _tree(file: str, node: yaml.Node, above: frozenset[int]) -> Any:
    line = node.start_mark.line + 1
    if id(node) in above:
        raise BadScenario(
            file, line, "锚点引用了自己", "an anchor contains itself", do_zh="请删去该引用", do_en="remove it"
        )
    match node:
        case yaml.MappingNode():
            return _table(file, node, above | {id(node)})
        case yaml.SequenceNode():
            entries = Listing(_tree(file, entry, above | {id(node)}) for entry in node.value)
            entries.line, entries.lines = line, [entry.start_mark.line + 1 for entry in node.value]
            return entries
        case _:
            plain = getattr(node, "style", None) is None
            return None if plain and node.value in ("", "~", "null") else node.value


def _table(file: str, node: yaml.MappingNode, above: frozenset[int]) -> Table:
    table = Table()
    table.line, table.lines = node.start_mark.line + 1, {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadScenario(
                file, line, "键须为文字", "a key must be text", do_zh="请改写", do_en="rewrite it"
            )
        if key.value in table:
            raise BadScenario(
                file, line, f"键“{key.value}”重复", f"the key {key.value!r} stands twice",
                do_zh="请删去一个", do_en="remove one",
            )  # fmt: skip
        table[key.value] = _tree(file, value, above)
        table.lines[key.value] = line
    return table
