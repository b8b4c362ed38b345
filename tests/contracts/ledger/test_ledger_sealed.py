"""Personal data is sealed outside the facts, shown with a reason and forgotten with its key."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import Engine, insert, select, text

from shared.ledger.engines import open_ledger
from shared.ledger.keys import FileKeys, KeyDestroyed
from shared.ledger.port import AlreadySealed, Forgotten, KeyMissing, NewFact, NotSealed, Write
from shared.ledger.sealed import Sealed
from shared.ledger.tables import SEALED, SEALED_READ
from shared.ledger.verify import verify

WHO, WHY = "officer/7", "联系举报人核实情况"
PHONE = "13800000000 张三".encode()
SUBJECT = "reporter/1"


@pytest.fixture
def sealed(engine: Engine, ledger_name: str, tmp_path: Path) -> Sealed:
    return Sealed(engine, FileKeys(tmp_path / "keys"), ledger_name, tmp_path / "originals")


def shown(sealed: Sealed) -> list[tuple[str, str, str, str]]:
    query = select(SEALED_READ.c.subject, SEALED_READ.c.name, SEALED_READ.c.reader, SEALED_READ.c.reason)
    with sealed.engine.connect() as connection:
        rows = connection.execute(query.where(SEALED_READ.c.ledger == sealed.ledger))
        return [(row.subject, row.name, row.reader, row.reason) for row in rows]


def test_what_was_sealed_is_shown_for_a_reason_and_logged(sealed: Sealed) -> None:
    sealed.put(SUBJECT, "phone", PHONE)
    sealed.put_file(SUBJECT, "photo/1", PHONE * 1000)
    assert shown(sealed) == []
    assert sealed.get(SUBJECT, "phone", WHO, WHY) == PHONE
    assert sealed.get(SUBJECT, "photo/1", WHO, WHY) == PHONE * 1000
    assert shown(sealed) == [(SUBJECT, "phone", WHO, WHY), (SUBJECT, "photo/1", WHO, WHY)]


@pytest.mark.parametrize(("reader", "reason"), [("", WHY), (WHO, " ")])
def test_nothing_is_shown_to_nobody_or_for_no_reason(sealed: Sealed, reader: str, reason: str) -> None:
    sealed.put(SUBJECT, "phone", PHONE)
    with pytest.raises(ValueError, match="reason"):
        sealed.get(SUBJECT, "phone", reader, reason)


def test_nothing_stored_contains_what_was_sealed(sealed: Sealed, tmp_path: Path) -> None:
    sealed.put(SUBJECT, "phone", PHONE)
    sealed.put_file(SUBJECT, "photo/1", PHONE)
    with sealed.engine.connect() as connection:
        rows = connection.execute(select(SEALED).where(SEALED.c.ledger == sealed.ledger)).all()
    stored = [repr(tuple(row)).encode() for row in rows] + [bytes(row.content or b"") for row in rows]
    stored += [file.read_bytes() + str(file).encode() for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(PHONE in content or b"13800000000" in content for content in stored)
    assert not any(SUBJECT in str(file) for file in tmp_path.rglob("*"))


def test_equal_content_has_unequal_commitments(sealed: Sealed) -> None:
    one, other = sealed.put(SUBJECT, "phone", PHONE), sealed.put("reporter/2", "phone", PHONE)
    assert one != other
    assert sha256(PHONE).hexdigest() not in (one, other)


def test_sealing_again_keeps_the_commitment_that_facts_may_hold(sealed: Sealed) -> None:
    first = sealed.put(SUBJECT, "phone", PHONE)
    assert sealed.put(SUBJECT, "phone", PHONE) == first
    with pytest.raises(AlreadySealed):
        sealed.put(SUBJECT, "phone", b"other")
    assert sealed.get(SUBJECT, "phone", WHO, WHY) == PHONE


def test_many_who_seal_the_same_at_once_agree(sealed: Sealed) -> None:
    for put in (sealed.put, sealed.put_file):
        with ThreadPoolExecutor(8) as pool:
            agreed = set(pool.map(lambda _, put=put: put(SUBJECT, put.__name__, PHONE), range(8)))
        assert len(agreed) == 1
    assert sealed.get(SUBJECT, "put_file", WHO, WHY) == PHONE
    assert len([file for file in sealed.folder.rglob("*") if file.is_file()]) == 1


def test_what_was_never_sealed_is_not_shown(sealed: Sealed) -> None:
    with pytest.raises(NotSealed):
        sealed.get(SUBJECT, "phone", WHO, WHY)


def test_the_forgotten_are_gone_and_the_ledger_still_verifies(sealed: Sealed) -> None:
    commitment = sealed.put(SUBJECT, "phone", PHONE)
    sealed.put_file(SUBJECT, "photo/1", PHONE)
    sealed.put("reporter/2", "phone", b"kept")
    ledger = open_ledger(sealed.engine, sealed.ledger)
    body = b'{"phone":"' + commitment.encode() + b'","type":"report.received.v1"}'
    ledger.append("c", b"h", [Write("report/1", 0, (NewFact("report.received.v1", body),))])
    sealed.forget(SUBJECT)
    sealed.forget(SUBJECT)
    for name in ("phone", "photo/1"):
        with pytest.raises(Forgotten):
            sealed.get(SUBJECT, name, WHO, WHY)
    with pytest.raises(Forgotten):
        sealed.put(SUBJECT, "address", b"new")
    assert sealed.get("reporter/2", "phone", WHO, WHY) == b"kept"
    assert (verify(ledger.read()).sound, verify(ledger.read()).flaw) == (1, None)


def test_a_lost_key_is_not_called_forgotten(sealed: Sealed, tmp_path: Path) -> None:
    sealed.put(SUBJECT, "phone", PHONE)
    for file in (tmp_path / "keys").iterdir():
        file.unlink()
    with pytest.raises(KeyMissing):
        sealed.get(SUBJECT, "phone", WHO, WHY)


def test_offices_neither_share_nor_forget_each_others_subjects(sealed: Sealed) -> None:
    other = Sealed(sealed.engine, sealed.keys, f"{sealed.ledger}-neighbour", sealed.folder)
    sealed.put(SUBJECT, "phone", PHONE)
    other.put(SUBJECT, "phone", b"theirs")
    other.forget(SUBJECT)
    assert sealed.get(SUBJECT, "phone", WHO, WHY) == PHONE


def test_sealed_data_cannot_be_passed_off_under_another_name(sealed: Sealed) -> None:
    sealed.put(SUBJECT, "phone", PHONE)
    with sealed.engine.begin() as connection:
        row = connection.execute(select(SEALED).where(SEALED.c.ledger == sealed.ledger)).one()
        connection.execute(insert(SEALED), dict(row._mapping) | {"name": "address"})
    with pytest.raises(InvalidTag):
        sealed.get(SUBJECT, "address", WHO, WHY)


def test_keys_are_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key = FileKeys(folder).obtain(SUBJECT)
    [file] = folder.iterdir()
    assert (len(key), file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (32, 0o600, 0o700)
    assert FileKeys(folder).find(SUBJECT) == key


def test_many_who_ask_for_a_new_key_get_the_same(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: keys.obtain(SUBJECT), range(16)))) == 1


def test_a_destroyed_key_is_never_made_again(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path)
    keys.obtain(SUBJECT)
    keys.destroy(SUBJECT)
    for ask in (keys.obtain, keys.find):
        with pytest.raises(KeyDestroyed):
            ask(SUBJECT)
    assert [file.suffix for file in tmp_path.iterdir()] == [".destroyed"]


def test_a_role_sees_no_sealed_data_of_another_ledger(
    postgres: Engine, tmp_path: Path, ledger_name: str
) -> None:
    Sealed(postgres, FileKeys(tmp_path / "keys"), ledger_name, tmp_path).put(SUBJECT, "phone", PHONE)
    with postgres.begin() as connection:
        connection.execute(text("set local role bihuan_intake"))
        assert ledger_name not in connection.execute(text("select ledger from sealed")).scalars().all()
