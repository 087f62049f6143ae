"""Lines of the chain itself: ours are read, others' are none."""

import pytest

from proxy.journal.chain_records import ChainRecord, CheckpointRecord, PlaceRecord, decode_own, encode_own

FIRST = ChainRecord(
    schema=1,
    time="2026-07-23T10:14:56.789Z",
    chain="c",
    file="f",
    previous="e",
    before="h",
    beside=(PlaceRecord(file="d", seq=3, hash="x"),),
)
LAST = CheckpointRecord(schema=1, time="2026-07-23T10:14:56.789Z", chain="c", key="k", why="end")


@pytest.mark.parametrize("record", [FIRST, LAST])
def test_it_is_read_as_it_was_written_also_with_a_link(record: ChainRecord | CheckpointRecord) -> None:
    line = encode_own(record)
    assert decode_own(line) == record
    assert decode_own(line[:-1] + b',"seq":1,"hash":"x"}') == record


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b'{"type":"flow","schema":1}',
        b'{"type":"chain","schema":1,"time":"t","chain":"c"}',
        b'{"type":"chain","schema":1,"time":"t","file":"f","chain":"' + b"c" * 101 + b'"}',
        b'{"type":"checkpoint","schema":1,"time":"t","chain":"c","key":7}',
        b"[" * 100_000,
        b'{"type":"chain","x":"\xff"}',
    ],
)
def test_what_is_none_is_none(line: bytes) -> None:
    assert decode_own(line) is None


def test_what_does_not_apply_is_left_out() -> None:
    first = ChainRecord(schema=1, time="t", chain="c", file="f")
    assert encode_own(first) == b'{"type":"chain","schema":1,"time":"t","chain":"c","file":"f"}'
    assert decode_own(encode_own(first)) == first
    assert (first.previous, first.before, first.beside, first.sums) == ("", "", (), False)
    between = CheckpointRecord(schema=1, time="t", chain="c", key="k")
    assert encode_own(between) == b'{"type":"checkpoint","schema":1,"time":"t","chain":"c","key":"k"}'
    assert between.why == ""
