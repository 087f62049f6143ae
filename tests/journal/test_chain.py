"""The links of lines: worked out by hand with hashlib, and against what a disk leaves of a write."""

import base64
import hashlib

import pytest

from proxy.journal.chain import (
    CONTEXT,
    LINK_OCTETS,
    Chain,
    hash_of,
    link_of,
    signature_octets,
    signature_text,
)

ONE, TWO = b'{"type":"flow","a":1}', b'{"type":"flow","b":{"seq":7,"hash":"x"}}'


def sha(octets: bytes) -> bytes:
    return base64.b64encode(hashlib.sha256(octets).digest())


def test_a_line_bears_its_number_and_a_hash_over_itself_and_the_hash_before_it() -> None:
    chain = Chain("c")
    first, second = chain.bind([ONE, TWO])
    head = sha(b'{"type":"flow","a":1,"seq":1')
    assert first == b'{"type":"flow","a":1,"seq":1,"hash":"' + head + b'"}'
    own = sha(head + b'{"type":"flow","b":{"seq":7,"hash":"x"},"seq":2')
    assert second == b'{"type":"flow","b":{"seq":7,"hash":"x"},"seq":2,"hash":"' + own + b'"}'
    assert len(second) - len(TWO) <= LINK_OCTETS


def test_what_was_not_kept_was_never_there() -> None:
    chain = Chain("c")
    bound = chain.bind([ONE, TWO, ONE])
    chain.keep(1)
    assert (chain.lines, chain.head) == (1, link_of(bound[0]).hash)
    (again,) = chain.bind([TWO])
    assert again == bound[1]
    chain.keep(0)
    assert chain.bind([TWO]) == [again]


def test_torn_octets_are_told_by_the_line_behind_them() -> None:
    chain = Chain("c")
    first, second = chain.bind([ONE, TWO], torn=b'{"type')
    assert link_of(first).torn == sha(b'{"type')
    assert link_of(second).torn == b""
    assert b',"torn":"' + sha(b'{"type') + b'","seq":1' in first


def test_a_signature_is_over_the_hash_before_it_and_the_line() -> None:
    chain, signed = Chain("c"), list[bytes]()

    def sign(message: bytes) -> bytes:
        signed.append(message)
        return bytes(range(64))

    first, second = chain.bind([ONE, TWO], sign=sign)
    link = link_of(second)
    assert signed == [CONTEXT + link_of(first).hash + link.signed]
    assert link.signed == TWO[:-1] + b',"seq":2'
    assert signature_octets(link.signature) == bytes(range(64))
    assert link.hash == hash_of(link_of(first).hash + link.hashed)
    assert link.signature == signature_text(bytes(range(64)))
    assert (
        max(map(len, link.signature.replace(b"=", b".").split(b"."))) < 48
    )  # is taken for no key or signature


def test_a_link_is_read_as_it_was_written() -> None:
    (line,) = Chain("c").bind([TWO])
    link = link_of(line)
    assert (link.seq, link.torn, link.signature, link.signed) == (1, b"", b"", b"")
    assert link.hashed == TWO[:-1] + b',"seq":1'
    assert link.hash == sha(link.hashed)


HASH = b"A" * 43 + b"="


@pytest.mark.parametrize(
    "line",
    [
        b"",
        ONE,
        ONE[:-1] + b',"seq":1}',
        ONE[:-1] + b',"seq":0,"hash":"' + HASH + b'"}',
        ONE[:-1] + b',"seq":01,"hash":"' + HASH + b'"}',
        ONE[:-1] + b',"seq":1,"hash":"' + HASH[1:] + b'"}',
        ONE[:-1] + b',"seq":1,"hash":"' + HASH + b'"} ',
        ONE[:-1] + b',"seq":1,"hash":"' + HASH + b'"}\r',
        ONE[:-1] + b',"hash":"' + HASH + b'","seq":1}',
        ONE[1:-1] + b',"seq":1,"hash":"' + HASH + b'"}',
        b'{"type":"chain","beside":[{"file":"f","seq":1,"hash":"' + HASH + b'"}]}',
    ],
)
def test_anything_else_is_no_link(line: bytes) -> None:
    assert link_of(line) is None


def test_what_looks_like_a_link_inside_a_line_is_none() -> None:
    inner = b'{"a":[{"x":1,"seq":5,"hash":"' + HASH + b'"}]}'
    (line,) = Chain("c").bind([inner])
    assert link_of(line).seq == 1
