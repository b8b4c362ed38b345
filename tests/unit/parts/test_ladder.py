"""Which server is taken, over made-up surroundings."""

from io import StringIO
from pathlib import Path

import pytest

from bihuan.parts import temporal_client, temporal_ladder
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
from bihuan.parts.telling import Teller
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


UNREACHABLE = (
    "Failed starting Temporal dev server: failed to download ephemeral server executable: error sending request for url"
    " (https://temporal.download/cli/default?arch=amd64&platform=linux&format=tar.gz)"
)


def test_a_download_that_cannot_be_reached_says_so_and_what_is_done_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_way(_folder: Path) -> None:
        raise RuntimeError(UNREACHABLE)

    built = binary(Origin.BUILD)
    monkeypatch.setattr(temporal_client, "download_dev_server", no_way)
    monkeypatch.setattr(temporal_ladder, "_build", lambda *_: built)
    said = StringIO()
    nothing = temporal_ladder.Surroundings({"XDG_CACHE_HOME": str(tmp_path), "PATH": ""})
    assert temporal_ladder.obtain_temporal(nothing, Teller(said)) == UseBinary(built)
    told = said.getvalue()
    assert "连不上下载站" in told
    assert "改为现场构建 / building it here instead" in told
    assert "error sending request" not in told
    assert "platform=linux" not in told


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError(UNREACHABLE), "连不上下载站"),
        (TimeoutError(), "太慢"),
        (RuntimeError("no space left on device\nat line 3"), "no space left on device"),
    ],
)
def test_why_nothing_was_downloaded_is_one_line(error: Exception, words: str) -> None:
    said = temporal_ladder.not_downloaded(error)
    assert words in said
    assert "\n" not in said
