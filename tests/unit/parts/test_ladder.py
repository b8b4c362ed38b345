"""Which server is taken, over made-up surroundings."""

import pytest

from bihuan.parts.ladder import (
    Address,
    Binary,
    Build,
    Download,
    GoTool,
    Origin,
    Program,
    Survey,
    UseAddress,
    UseBinary,
    plan,
)
from bihuan.parts.versions import Version

NEW, OLD = Version(1, 32, 2), Version(1, 28, 9)


def binary(origin: Origin, version: Version | None = NEW) -> Binary:
    return Binary(origin, Program.SERVER, f"/{origin}/temporal-server", version)


def test_an_address_is_taken_before_any_program() -> None:
    decided = plan(Survey(Address("host:7233", NEW), [binary(Origin.NAMED)]))
    assert decided.rungs == (UseAddress("host:7233", NEW),)


@pytest.mark.parametrize("address", [Address("host:7233", None, "refused"), Address("host:7233", OLD)])
def test_a_named_address_that_does_not_do_is_refused(address: Address) -> None:
    decided = plan(Survey(address, [binary(Origin.CACHE)], GoTool("/go", Version(1, 27, 3))))
    assert decided.rungs == ()
    assert "host:7233" in decided.refused


def test_a_named_program_that_is_too_old_is_refused() -> None:
    decided = plan(Survey(binaries=[binary(Origin.NAMED, OLD), binary(Origin.CACHE)]))
    assert decided.rungs == ()
    assert "1.28.9" in decided.refused


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ([Origin.CACHE, Origin.PATH, Origin.NAMED], Origin.NAMED),
        ([Origin.CACHE, Origin.PATH], Origin.PATH),
        ([Origin.CACHE], Origin.CACHE),
    ],
)
def test_programs_are_taken_in_the_order_of_the_ladder(there: list[Origin], taken: Origin) -> None:
    assert plan(Survey(binaries=[binary(origin) for origin in there])).rungs == (UseBinary(binary(taken)),)


@pytest.mark.parametrize("version", [OLD, None])
def test_an_unfit_program_on_path_gives_way_to_the_cache(version: Version | None) -> None:
    decided = plan(Survey(binaries=[binary(Origin.PATH, version), binary(Origin.CACHE)]))
    assert decided.rungs == (UseBinary(binary(Origin.CACHE)),)
    assert any("/PATH/" in why for why in decided.passed_over)


def test_version_1_29_is_new_enough() -> None:
    oldest = binary(Origin.PATH, Version(1, 29, 0))
    assert plan(Survey(binaries=[oldest])).rungs == (UseBinary(oldest),)


def test_with_nothing_there_download_comes_before_build() -> None:
    assert plan(Survey()).rungs == (Download(), Build(None))


def test_a_new_enough_go_is_used_for_the_build() -> None:
    go = GoTool("/usr/bin/go", Version(1, 26, 10))
    assert plan(Survey(go=go)).rungs == (Download(), Build(go))


def test_an_older_go_gives_way_to_the_wheel_and_is_named() -> None:
    decided = plan(Survey(go=GoTool("/usr/bin/go", Version(1, 26, 8))))
    assert decided.rungs == (Download(), Build(None))
    assert decided.passed_over == ("/usr/bin/go: Go 1.26.8 < 1.26.10",)
