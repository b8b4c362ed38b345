"""What programs print, and what we read from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.parts.versions import Version, go_version, temporal_version

numbers = st.integers(0, 999)


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)\n", Version(1, 29, 1)),
        ("temporal version 1.32.2\n", Version(1, 32, 2)),
        ("temporal version 1.30.0-rc.1\n", Version(1, 30, 0)),
        ("Usage: something else", None),
        ("", None),
    ],
)
def test_the_server_version_is_read_not_the_tool_version(printed: str, version: Version | None) -> None:
    assert temporal_version(printed) == version


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("go version go1.26.10 linux/amd64", Version(1, 26, 10)),
        ("go version go1.27 darwin/arm64", Version(1, 27, 0)),
        ("go version go1.27rc1 linux/amd64", Version(1, 27, 0)),
        ("go version devel +abc linux/amd64", None),
    ],
)
def test_the_go_version_is_read(printed: str, version: Version | None) -> None:
    assert go_version(printed) == version


@given(numbers, numbers, numbers)
def test_a_version_reads_back_what_it_prints(major: int, minor: int, patch: int) -> None:
    assert Version.of(str(Version(major, minor, patch))) == Version(major, minor, patch)


def test_versions_compare_as_numbers_not_as_text() -> None:
    assert Version.of("1.26.10") > Version.of("1.26.8")


@pytest.mark.parametrize("text", ["", "1", "one.two", "1.2.3.4", "1.2;rm"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        Version.of(text)
