"""Tags of an export match nothing outside it."""

from pathlib import Path

import pytest

from proxy.core.redaction import encode_record, tags_in
from proxy.journal import Reader
from tests.evidence.records import exported, write_journal


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    write_journal(tmp_path)
    return tmp_path


def _tags(directory: Path, key: bytes) -> list[str]:
    return [tag for one in exported(directory, key) for _, tag in tags_in(encode_record(one).decode())]


def test_every_tag_is_new_and_equality_is_kept(journal: Path) -> None:
    kept = [tag for entry in Reader(journal).entries() for _, tag in tags_in(entry.line.decode())]
    one, other = _tags(journal, b"1" * 32), _tags(journal, b"2" * 32)
    assert len(kept) == len(one) == len(other) > 10
    assert not set(kept) & set(one)
    assert not set(one) & set(other)
    assert len(set(kept)) == len(set(one)) == len(set(other))
    assert _tags(journal, b"1" * 32) == one


def test_names_of_accounts_become_numbers(journal: Path) -> None:
    assert {one.account for one in exported(journal)} == {"account-1"}


def test_octets_that_are_no_text_where_no_field_is_read_lose_no_record(tmp_path: Path) -> None:
    write_journal(tmp_path)
    before = exported(tmp_path)
    for file in tmp_path.glob("flows-*"):
        file.write_bytes(file.read_bytes().replace(b'"schema":1,', b'"schema":1,"other":"\xff\xfe\xc3",'))
    assert exported(tmp_path) == before
