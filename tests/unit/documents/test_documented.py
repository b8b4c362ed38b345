"""Whatever people can set, type, call, follow or watch is in the documents that they are given."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import typer
import yaml

from bihuan.cli import app
from bihuan.contracts.interfaces import described
from bihuan.installation import Installation, Kafka, Monitoring
from bihuan.parts.places import PROJECT
from bihuan.processes import PROCESSES
from bihuan.repertoire import DEEDS
from shared.runtime.health import ADDRESSES
from shared.runtime.law_files import load_law
from shared.runtime.metrics import REGISTRY
from shared.vocabulary.fact import CATALOGUE
from workflows.address import Address

CODE = ("bihuan", "services", "shared", "workflows")


@cache
def documents() -> dict[Path, str]:
    """Everything that is written for people: the README, the documents and the pages beside what they are about."""
    found = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *(PROJECT / "docs").rglob("*.md")]
    for folder in ("services", "bihuan", "deploy"):
        found += (PROJECT / folder).rglob("README.md")
    return {path: path.read_text("utf-8") for path in found}


def said(page: str) -> str:
    return documents()[PROJECT / page]


def missing(wanted: Iterator[str] | list[str], *pages: str) -> list[str]:
    """What stands in none of the pages as a whole word between marks of code."""
    text = "\n".join(said(page) for page in pages)
    return [name for name in wanted if not re.search(rf"`[^`\n]*(?<![\w.-]){re.escape(name)}(?![\w-])", text)]


def settings() -> Iterator[str]:
    """Every member of installation.json, as the classes have them that it is read into."""
    for name in ("kind", "database", "ledgers", "passwords"):
        assert name in {each.name for each in dataclasses.fields(Installation)}
        yield name
    for part, kind in {"kafka": Kafka, "engine": Address, "monitoring": Monitoring}.items():
        yield from (f"{part}.{each.name}" for each in dataclasses.fields(kind))


def trees() -> Iterator[ast.Module]:
    for folder in CODE:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def variables() -> set[str]:
    """The environment variables that the code reads, or that its deployment sets."""
    constants = {
        target.id: node.value.value
        for tree in trees()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = {name for tree in trees() for node in ast.walk(tree) for name in _read(node, constants)}
    for path in (PROJECT / "deploy/k8s/base").glob("*.yaml"):
        found |= {name for document in yaml.safe_load_all(path.read_text("utf-8")) for name in _set(document)}
    return found


def _read(node: ast.AST, constants: dict[str, Any]) -> Iterator[str]:
    """Names looked up in an environment, or given to an option as its variable."""
    match node:
        case ast.Call(func=ast.Attribute(value=where, attr="get"), args=[key, *_]) if _is_environment(where):
            yield constants[key.id] if isinstance(key, ast.Name) else ast.literal_eval(key)
        case ast.Subscript(value=where, slice=key) if _is_environment(where):
            yield constants[key.id] if isinstance(key, ast.Name) else ast.literal_eval(key)
        case ast.keyword(arg="envvar", value=ast.Constant(value=str(name))):
            yield name


def _is_environment(node: ast.AST) -> bool:
    return ast.unparse(node).split(".")[-1] in ("environ", "environment")


def _set(part: Any) -> Iterator[str]:
    match part:
        case dict():
            for key, value in part.items():
                if key == "env":
                    yield from (one["name"] for one in value)
                yield from _set(value)
        case list():
            for one in part:
                yield from _set(one)


def test_every_setting_of_an_installation_is_documented() -> None:
    assert missing(list(settings()), "docs/settings.md") == []


def test_every_environment_variable_is_documented() -> None:
    found = variables()
    assert {"BIHUAN_HOME", "BIHUAN_POSTGRES_URL", "TEMPORAL_ADDRESS", "FORWARDED_ALLOW_IPS"} <= found
    assert missing(sorted(found), "docs/settings.md") == []


def commands(command: Any, path: str) -> Iterator[str]:
    """Every command, and each of its options behind it."""
    yield path
    for param in command.params:
        yield from (f"{path} {name}" for name in param.opts if name.startswith("--"))
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{path} {name}")


def test_every_command_and_option_is_documented() -> None:
    sections = dict(
        re.findall(r"^## (bihuan[^\n]*)\n(.*?)(?=^## |\Z)", said("docs/commands.md"), re.M | re.S)
    )
    for one in commands(typer.main.get_command(app), "bihuan"):
        command, _, option = one.partition(" --")
        assert f"`--{option}" in sections[command] if option else command in sections, one


def test_every_target_of_make_is_documented() -> None:
    targets = re.findall(r"^([a-z.]+):", (PROJECT / "Makefile").read_text("utf-8"), re.M)
    assert len(targets) > 10
    assert missing([f"make {name}" for name in targets], "docs/commands.md") == []


def test_every_address_is_documented_pages_for_people_too() -> None:
    site = described(load_law())
    asked = {
        f"{method.upper()} {path}"
        for document in site.documents.values()
        for path, methods in document["paths"].items()
        for method in methods
    }
    pages = {f"{' '.join(methods)} {path}" for path, methods in site.others.items()}
    assert "POST /reports" in asked and "GET /console/{lang}/late" in pages
    health = {f"GET {path}" for path in ADDRESSES}
    assert [one for one in sorted(asked | pages | health) if f"`{one}`" not in said("docs/routes.md")] == []


def test_every_process_is_documented() -> None:
    assert missing(list(PROCESSES), "deploy/README.md") == []


def test_every_kind_of_fact_is_documented_in_the_glossary_and_has_its_schema() -> None:
    assert missing(list(CATALOGUE), "docs/vocabulary.md") == []
    assert [name for name in CATALOGUE if not (PROJECT / f"docs/contracts/events/{name}.json").exists()] == []


def test_every_act_is_documented_for_integrators() -> None:
    assert set(DEEDS) <= set(load_law().acts)
    assert missing(list(load_law().acts), "docs/vocabulary.md") == []


def test_every_row_of_the_rulebook_is_documented() -> None:
    for row in load_law().rulebook.rows:
        assert f"| {row.id} |" in said("docs/vocabulary.md")


def test_every_metric_and_every_alarm_is_documented() -> None:
    shown = {f"{m.name}_total" if m.type == "counter" else m.name for m in REGISTRY.collect()}
    assert missing(sorted(shown), "docs/monitoring.md") == []
    assert len(alarms()) > 3
    assert missing(sorted(alarms()), "docs/monitoring.md") == []


def alarms() -> set[str]:
    """The events that are logged as alarms."""
    return {
        node.args[0].value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and any(keyword.arg == "alarm" for keyword in node.keywords)
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_a_name_that_no_document_says_would_be_noticed() -> None:
    assert missing(["monitoring.grace_h", "bihuan_ledger", "make testing"], "docs/monitoring.md", "README.md")
