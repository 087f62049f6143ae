"""What seals an export: the key of the journal, or one that says nothing of anybody."""

import json
from pathlib import Path

import pytest

from proxy.journal.chain_records import PlaceRecord
from proxy.journal.checkpoint_key import CheckpointKey
from proxy.journal.seal import Seal, seal_of, sums_signer
from tests.journal.chained import looked_at
from tests.journal.lines import START_MS, flow, open_journal

KEY = CheckpointKey(bytes(range(32)))
SEAL = Seal(KEY, of_journal=True, source=(PlaceRecord(file="flows-x.jsonl", seq=9, hash="h"),))


def test_its_lines_are_a_chain_that_is_closed(tmp_path: Path) -> None:
    lines = SEAL.lines([flow(1).line, flow(2).line], START_MS).splitlines()
    first, *_, last = map(json.loads, lines)
    assert (first["type"], first["file"], first["sums"]) == ("chain", "flows.jsonl", True)
    assert first["beside"] == [{"file": "flows-x.jsonl", "seq": 9, "hash": "h"}]
    assert (last["type"], last["why"], last["key"]) == ("checkpoint", "end", KEY.public)
    (chain,) = looked_at(lines).chains
    assert (chain.state, chain.signed_to, chain.last) == ("closed", 4, 4)


def test_sums_are_signed_to_the_octet() -> None:
    sums = b"0" * 64 + b"  flows.jsonl\n"
    seal = SEAL.sums(sums)
    assert sums_signer(seal, sums) == KEY.public
    for other in (b"", sums[:-1], sums + b"\n", sums.replace(b"0", b"1", 1)):
        assert sums_signer(seal, other) is None
    for at in range(len(seal)):
        assert sums_signer(seal[:at] + bytes([seal[at] ^ 1]) + seal[at + 1 :], sums) is None
    assert sums_signer(b"[" * 100_000, sums) is None
    assert sums_signer(b"", sums) is None


def test_a_journal_seals_with_its_own_key_and_says_where_it_stands(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.record(flow(1))
    seal = seal_of(tmp_path)
    assert seal.of_journal
    assert seal.key.public == journal.chain_key.public
    (end,) = seal.source
    assert (end.seq, end.hash) == (2, journal._chain.head.decode())


@pytest.mark.parametrize("what", ["nothing", "a file", "no key", "a damaged key"])
def test_without_a_key_one_is_drawn_for_this_export(tmp_path: Path, what: str) -> None:
    place = tmp_path / "journal"
    if what == "a file":
        place.write_bytes(b"")
    elif what != "nothing":
        place.mkdir()
    if what == "a damaged key":
        (place / "chain.key").write_bytes(b"")
    one, other = seal_of(place), seal_of(place)
    assert not one.of_journal
    assert one.source == ()
    assert one.key.public != other.key.public
    assert place.exists() is (what != "nothing")
