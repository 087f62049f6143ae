"""Pieces of lines, and signatures."""

import base64
import json
from pathlib import Path

import pytest

from proxy.journal.chain import Chain, link_of
from proxy.journal.chain_records import CheckpointRecord, encode_own
from proxy.journal.chain_walk import looks_torn
from proxy.journal.checkpoint_key import CheckpointKey
from tests.journal.chained import closed_lines, looked_at, told
from tests.journal.lines import flow


def chain_with(*torn: bytes) -> list[bytes]:
    """Two lines, these pieces, and a line that tells of them."""
    chain = Chain("c")
    lines = chain.bind([flow(1).line, flow(2).line])
    chain.keep(2)
    return [*lines, *torn, *chain.bind([flow(3).line], torn=b"\n".join(torn))]


@pytest.mark.parametrize("torn", [(b'{"type"',), (b'{"type"', b"{"), (b"x" * 1000, b"", b"y")])
def test_pieces_that_the_chain_tells_of_are_counted(torn: tuple[bytes, ...]) -> None:
    report = looked_at(chain_with(*torn))
    assert report.breaks == []
    assert report.torn == len(torn)


def test_a_piece_that_was_changed_removed_or_added_to_is_told() -> None:
    lines = chain_with(b'{"type"')
    (piece,) = told(looked_at([*lines[:2], b'{"tupe"', lines[3]]))
    assert piece == (3, "this piece of a line was changed, or something was put in beside it")
    assert told(looked_at([*lines[:2], lines[3]])) == [
        (3, "the piece of a line that stood before this one is gone")
    ]
    assert told(looked_at([*lines[:3], b"", lines[3]])) == [piece]


@pytest.mark.parametrize("piece", [b'{"type":"flow","x', b"{", b'{"ty', b'{"type":"f\0\0\0', b"\0\0"])
def test_a_piece_at_the_end_is_what_a_kill_leaves(tmp_path: Path, piece: bytes) -> None:
    lines = closed_lines(tmp_path)[:-1]
    report = looked_at([*lines, piece], end=b"")
    assert report.breaks == []
    assert report.like_a_kill[0].says == "is the beginning of a line alone"
    assert looks_torn(piece)


@pytest.mark.parametrize(
    "piece", [b"x", b'["', b'{"type":"flow\n', b'{"type":"\x01', b'{"type":"\xff', b"{x"]
)
def test_another_one_is_no_work_of_a_gateway(tmp_path: Path, piece: bytes) -> None:
    lines = closed_lines(tmp_path)[:-1]
    assert len(told(looked_at([*lines, piece], end=b""))) == 1


def test_behind_a_closing_line_there_is_nothing(tmp_path: Path) -> None:
    lines = closed_lines(tmp_path)
    assert len(told(looked_at([*lines, b'{"type":"f'], end=b""))) == 1


def rehashed(lines: list[bytes], start: int) -> list[bytes]:
    """From this line on hashed anew, with the signatures as they were."""
    chain = Chain("c")
    chain.lines, chain.head = start, link_of(lines[start - 1]).hash
    for line in lines[start:]:
        link, (bound,) = link_of(line), chain.bind([line[: link_of(line).hashed.rindex(b',"seq"')] + b"}"])
        if link.signature:
            body = link_of(bound).hashed + b',"signature":"%b"' % link.signature
            chain._coming = [hash_text(chain.head + body)]
            bound = body + b',"hash":"%b"}' % chain._coming[0]
        chain.keep(1)
        lines[start] = bound
        start += 1
    return lines


def hash_text(octets: bytes) -> bytes:
    import hashlib

    return base64.b64encode(hashlib.sha256(octets).digest())


def test_who_hashes_anew_cannot_sign(tmp_path: Path) -> None:
    lines = closed_lines(tmp_path)
    lines[7] = lines[7].replace(b"r-6", b"r-9")
    breaks = told(looked_at(rehashed(lines, 7)))
    assert breaks == [(22, "the signature does not fit: lines 1 to 22 of the chain are not what was signed")]


def test_who_signs_with_another_key_is_told_by_the_key(tmp_path: Path) -> None:
    key = CheckpointKey(bytes(32))
    lines = closed_lines(tmp_path)
    chain = Chain("c")
    last = CheckpointRecord(
        schema=1, time="t", chain=json.loads(lines[0])["chain"], key=key.public, why="end"
    )
    bare = [line[: link_of(line).hashed.rindex(b',"seq"')] + b"}" for line in lines[:-1]]
    forged = chain.bind([*bare, encode_own(last)], sign=key.sign)
    assert told(looked_at(forged)) == []  # whoever makes a whole chain anew makes a right one
    right = json.loads(lines[-1])["key"]
    assert told(looked_at(forged, b"\n", right)) == [
        (0, f"is signed with another key than the one it is held against, by {key.public}")
    ]
    assert told(looked_at(forged, b"\n", right, key.public)) == []


@pytest.mark.parametrize("before", [1, 2, 5])
def test_each_signature_is_held_against_the_lines_before_it(before: int) -> None:
    chain = Chain("c")
    last = CheckpointRecord(schema=1, time="t", chain="c", key=CheckpointKey(bytes(32)).public, why="end")
    lines = chain.bind([*[flow(1).line] * before, encode_own(last)], sign=lambda _: bytes(64))
    (one,) = told(looked_at(lines))
    assert (
        one[1] == f"the signature does not fit: lines 1 to {before + 1} of the chain are not what was signed"
    )


def test_a_signature_that_was_taken_away_is_missed(tmp_path: Path) -> None:
    lines = closed_lines(tmp_path)
    link = link_of(lines[-1])
    body = link.signed
    lines[-1] = body + b',"hash":"%b"}' % hash_text(link_of(lines[-2]).hash + body)
    assert told(looked_at(lines)) == [(22, "the signature of this checkpoint is gone")]


def test_a_gateway_signs_sooner(tmp_path: Path) -> None:
    chain = Chain("c")
    lines = chain.bind([flow(1).line] * 5000)
    (one,) = told(looked_at(lines))
    assert one == (5000, "5000 lines follow each other without a signature; a gateway signs them sooner")
