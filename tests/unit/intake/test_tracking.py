"""Tracking numbers: derived, so the same again; secret, so nobody can guess one."""

from __future__ import annotations

import pytest

from services.intake.tracking import as_written, tracking_number, upload_id

SECRET = bytes(range(32))


def test_the_same_request_has_the_same_number() -> None:
    assert tracking_number(SECRET, "t-1", "ch", "k", 0) == tracking_number(SECRET, "t-1", "ch", "k", 0)


def test_any_other_part_or_secret_gives_another_number() -> None:
    numbers = {
        tracking_number(SECRET, *parts)
        for parts in [
            ("t", "ch", "k", 0),
            ("t", "ch", "k", 1),
            ("tc", "h", "k", 0),
            ("t", "chk", "", 0),
            ("u", "ch", "k", 0),
        ]
    }
    assert len(numbers | {tracking_number(SECRET[::-1], "t", "ch", "k", 0)}) == 6


def test_a_number_is_read_as_people_write_it() -> None:
    number = tracking_number(SECRET, "t", "ch", "k", 0)
    assert as_written(f" {number.lower().replace('-', '')} ") == number
    assert as_written(number[:-1]) is None
    assert as_written(number.replace(number[0], "0")) is None


@pytest.mark.parametrize("key", ["k", "k" * 255])
def test_an_upload_id_tells_nothing_of_its_key(key: str) -> None:
    assert len(upload_id(SECRET, "t", "ch", key)) == 40
