"""What is told of a request that the gateway mended."""

import pytest

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.findings import Strength
from proxy.core.http.json_form import json_repair
from proxy.core.http.repairs import repair_header, repairs, told_repairs
from proxy.core.signing import prepare
from proxy.core.wire import BodyKind

LISTED = Catalogue.builtin().find("POST", "/api/v3/order")
UNLISTED = Catalogue.builtin().unlisted("GET", "/api/v3/made/up")

CASES = [
    (b"a=1", Needs.SIGNED, False, []),
    (b"a=1&signature=x&timestamp=1", Needs.SIGNED, False, []),
    (b"a=1", Needs.SIGNED, True, ["content-type-mended"]),
    (b"a=b c", Needs.SIGNED, False, ["raw-octets-escaped"]),
    (b"recvWindow=0", Needs.SIGNED, False, ["recvwindow-replaced"]),
    (b"signature=x&recvWindow=99999&timestamp=1", Needs.SIGNED, False, ["recvwindow-replaced"]),
    (b"recvWindow=5000", Needs.SIGNED, False, []),
    (b"recvWindow=0", Needs.KEY, False, []),  # nothing was put in its place
    (b"recvWindow=0", Needs.NONE, False, []),
    (
        b"recvWindow=0&a={}",
        Needs.SIGNED,
        True,
        ["recvwindow-replaced", "raw-octets-escaped", "content-type-mended"],
    ),
]


@pytest.mark.parametrize(("query", "needs", "label_repaired", "rules"), CASES)
def test_what_was_mended(query: bytes, needs: Needs, label_repaired: bool, rules: list[str]) -> None:
    assert LISTED is not None
    assert UNLISTED is not None
    prepared = prepare(query, b"", BodyKind.EMPTY, signed=needs is Needs.SIGNED)
    found = repairs(LISTED, needs, prepared, label_repaired=label_repaired)
    assert [one.rule for one in found] == rules
    assert {one.strength for one in found} <= {Strength.PROVEN}
    more = repairs(UNLISTED, needs, prepared, label_repaired=label_repaired)
    assert [one.rule for one in more] == ["endpoint-unlisted", *rules]
    assert more[0].strength is Strength.POSSIBLE


WORDS = {
    "endpoint-unlisted": ("not in the catalogue; it was signed as its family usually is", "`endpoints:`"),
    "recvwindow-replaced": ("above 0 and at most 60000 ms) and was replaced", "or leave it to the gateway"),
    "raw-octets-escaped": ("percent-encoded before signing", "Percent-encode spaces"),
    "content-type-mended": (
        "did not match the body and was set to match",
        "application/x-www-form-urlencoded",
    ),
}


def test_each_says_what_was_wrong_and_what_to_do() -> None:
    assert UNLISTED is not None
    prepared = prepare(b"recvWindow=0&a={}", b"", BodyKind.EMPTY, signed=True)
    found = repairs(UNLISTED, Needs.SIGNED, prepared, label_repaired=True)
    assert [one.rule for one in found] == list(WORDS)
    for one in found:
        says, remedy = WORDS[one.rule]
        assert says in one.says
        assert remedy in one.remedy


def test_the_header_tells_what_was_sent_otherwise_than_it_was_written() -> None:
    prepared = prepare(b"recvWindow=0&a={}", b"", BodyKind.EMPTY, signed=True)
    assert LISTED is not None
    found = [json_repair(b"axios/1.18.1"), *repairs(LISTED, Needs.SIGNED, prepared, label_repaired=True)]
    assert [one.rule for one in told_repairs(found)] == ["json-body-to-form", "recvwindow-replaced"]
    header = repair_header(found)
    assert header is not None
    assert header.startswith('json-body-to-form; "The body was JSON')
    assert ', recvwindow-replaced; "recvWindow was not usable' in header
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 8
    assert repair_header(found[2:]) is None
    assert repair_header([]) is None
