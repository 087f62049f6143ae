"""Single steps of departures on input that the planted mistakes do not have."""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from proxy.core.diagnosis.departures.base import Facts, KeyMaterial, Match
from proxy.core.diagnosis.departures.encoding import ampersand_entity, number_text, raw_signed
from proxy.core.diagnosis.departures.key import cut, mistyped
from proxy.core.diagnosis.departures.order import frame
from proxy.core.diagnosis.departures.output import decorated, object_text, raw_octets
from proxy.core.diagnosis.departures.output_forms import from_base64
from proxy.core.diagnosis.departures.schemes import right
from proxy.core.diagnosis.departures.scope import (
    cut_short,
    old_signature,
    only_timestamp,
    param_removed,
    prehash_key,
    websocket_key,
)
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.candidate import Candidate
from proxy.core.wire import RawRequest
from tests.core.diagnosis.checks import NOW, SECRET, request

PLAIN = ParsedRequest(request(f"GET /api/v3/account?a=1&timestamp={NOW}&signature=ab"))


def in_frame(params: str) -> ParsedRequest:
    body = f'{{"id":1,"method":"order.place","params":{{{params}}}}}'
    return ParsedRequest(request("GET /ws-api/v3", body=body, ws=True, host="ws-api.binance.com"))


@pytest.mark.parametrize(
    ("undo", "signature", "digests"),
    [
        (decorated.undo, ",".join(f"0x{i:x}" for i in range(32)).encode(), [bytes(range(32))]),
        (decorated.undo, ",".join(f"0x{i:x}" for i in range(15)).encode(), []),
        (object_text.undo, b"b'\\xzz'", []),  # no octets of Python
        (object_text.undo, b"b'ab' + 1", []),
        (object_text.undo, b"b'ab' 'cd'", []),
        (object_text.undo, b"b''.x", []),
        (object_text.undo, b"b'' if 1 else 0", []),
        (object_text.undo, b"b'ab', b'cd'", []),  # two of them
        (object_text.undo, b"b'abc'", [b"abc"]),
        (raw_octets.undo, b"\xff\xfe", []),  # not UTF-8
        (raw_octets.undo, "\u20ac".encode(), []),  # UTF-8, but of no octet
        (raw_octets.undo, "\xff\xfe".encode(), [b"\xff\xfe"]),
        (from_base64, b"A" * 17, []),  # one character too many for any padding
        (from_base64, b"A" * 16, [bytes(12)]),
    ],
)
def test_signatures_read_back(
    undo: Callable[[bytes], Iterator[bytes]], signature: bytes, digests: list[bytes]
) -> None:
    assert list(undo(signature)) == digests


def test_time_and_window_that_are_all_there_is_were_not_left_alone() -> None:
    """Signed in another order, they are that mistake and no other."""
    window, stamp = b"recvWindow=5000", b"timestamp=%d" % NOW
    assert list(only_timestamp.texts(Candidate((window, stamp)), PLAIN)) == [stamp]
    with_more = Candidate((b"a=1", window, stamp))
    assert list(only_timestamp.texts(with_more, PLAIN)) == [
        stamp,
        window + b"&" + stamp,
        stamp + b"&" + window,
    ]


def test_what_has_no_type_of_key_verifies_nothing() -> None:
    assert not right(object(), b"x" * 64, b"text")


def test_an_escaped_ampersand_may_have_been_sent() -> None:
    found = list(ampersand_entity.candidates(Candidate((b"a=1&amp;b=2",)), PLAIN))
    assert Candidate((b"a=1&b=2",)) in found


@pytest.mark.parametrize(
    ("value", "known"), [(b"1e40", True), (b"1e41", False), (b"1e-41", False), (b"1e999", False)]
)
def test_numbers_of_no_quantity_have_no_other_spelling(value: bytes, known: bool) -> None:
    assert bool(list(number_text.candidates(Candidate((b"quantity=" + value,)), PLAIN))) is known


def test_values_are_decoded_three_times_and_no_more() -> None:
    four = Candidate((b"a=%2525252540",))
    assert Candidate((b"a=%2540",)) in list(raw_signed.candidates(four, PLAIN))
    assert Candidate((b"a=@",)) not in list(raw_signed.candidates(four, PLAIN))


def test_up_to_seven_pairs_are_tried_in_every_order() -> None:
    seven = in_frame(",".join(f'"{name}":"1"' for name in "gfedcba"))
    eight = in_frame(",".join(f'"{name}":"1"' for name in "hgfedcba"))
    assert len(list(frame.candidates(seven.base, seven))) == 3 + 2 + 5040
    assert len(list(frame.candidates(eight.base, eight))) == 3 + 2
    assert list(frame.candidates(PLAIN.base, PLAIN)) == []


def test_a_frame_without_a_key_lacks_none() -> None:
    without, having = in_frame('"symbol":"X"'), in_frame('"apiKey":"k","symbol":"X"')
    assert list(websocket_key.texts(without.base, without)) == []
    assert list(websocket_key.texts(having.base, having)) == [b"symbol=X"]


def test_without_an_api_key_none_stands_before_the_query() -> None:
    keyless = ParsedRequest(
        replace(PLAIN.observation, request=RawRequest("GET", b"/x?timestamp=1", ()), keys=())
    )
    assert list(prehash_key.texts(keyless.base, keyless)) == []
    assert list(prehash_key.texts(PLAIN.base, PLAIN)) != []


def test_very_long_secrets_are_not_mistyped() -> None:
    assert list(mistyped.keys(KeyMaterial(b"x" * 101, None, None))) == []
    assert next(mistyped.keys(KeyMaterial(b"x" * 100, None, None)))


EXPECTED = PLAIN.expected
FACTS: list[tuple[Callable[[Match, ParsedRequest], Facts], Match, Facts]] = [
    (cut.facts, Match((), b"", SECRET.encode()[:-3]), (("characters_missing", 3),)),
    (cut.facts, Match((), b"", SECRET.encode() + b"x"), (("characters_missing", 0),)),
    (
        mistyped.facts,
        Match((), b"", SECRET.encode()[:-1]),
        (("characters_used", len(SECRET) - 1), ("characters_known", len(SECRET))),
    ),
    (cut_short.facts, Match((), EXPECTED[:-2]), (("octets_missing", 2), ("at_the", "end"))),
    (cut_short.facts, Match((), EXPECTED[4:]), (("octets_missing", 4), ("at_the", "start"))),
]


@pytest.mark.parametrize(("facts", "match", "told"), FACTS)
def test_facts_are_lengths_and_places(
    facts: Callable[[Match, ParsedRequest], Facts], match: Match, told: Facts
) -> None:
    assert facts(match, PLAIN) == told


def test_the_name_of_what_was_signed_and_not_sent_is_told() -> None:
    text = PLAIN.base.text + b"&requests_params={'timeout': 10}"
    assert param_removed.facts(Match((), text), PLAIN) == (("signed_and_not_sent", "requests_params"),)
    assert param_removed.facts(Match((), PLAIN.base.text), PLAIN) == ()


def test_old_signatures_are_cut_out_of_what_was_sent_only() -> None:
    parsed = ParsedRequest(request("GET /x?signature=aa&timestamp=1&signature=bb", code=-1022))
    changed = Candidate((b"timestamp=2",))
    assert b"timestamp=1&signature=bb" in set(old_signature.texts(parsed.base, parsed))
    assert set(old_signature.texts(changed, parsed)) == {
        b"timestamp=2&signature=aa",
        b"signature=aa&timestamp=2",
        b"timestamp=2&signature=bb",
        b"signature=bb&timestamp=2",
    }
