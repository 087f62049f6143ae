"""What is said of the body of an answer: code, message, shape, or why it was not looked into."""

import gzip
import json
import re

import pytest

from proxy.core.flow import Answer
from proxy.core.redaction.answers import Content, ContentRedactor
from proxy.core.redaction.headers import HeaderRedactor
from proxy.core.redaction.name_rules import C2C_RESPONSE, RESPONSE, Location
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.values import ValueRedactor

JSON, HTML, TEXT = b"application/json;charset=UTF-8", b"text/html; charset=utf-8", b"text/plain"


def content(
    body: bytes,
    label: bytes = JSON,
    coding: bytes = b"",
    *,
    location: Location = RESPONSE,
    octets: int | None = None,
    complete: bool = True,
    bound: int = 65_536,
) -> tuple[str, str, str, str]:
    """Code, message, body (tags written TAG) and why it was not looked into; the same each time it is asked."""
    headers = ((b"Content-Type", label), (b"Content-Encoding", coding))
    answer = Answer(200, headers, body, len(body) if octets is None else octets, complete)
    machine, seen = ContentRedactor(bound), list[tuple[Content, frozenset[str]]]()
    for _ in range(2):
        values = ValueRedactor(Tagger(b"k" * 32), ())
        found = machine.redact(answer, HeaderRedactor().answer(headers), location, values)
        seen.append((found, frozenset(values.removed)))
    assert seen[0] == seen[1]
    told: Content = seen[0][0]
    code, message, shown = (
        re.sub(r":[0-9a-f]{10}(?=[:>])", ":TAG", text) for text in (told.code, told.message, told.body)
    )
    return code, message, shown, told.undecoded


BODIES = [
    # code and message stand by themselves; where there is nothing else, the body is not shown again
    ({"code": -1022, "msg": "Order"}, ("-1022", "Order", "", "")),
    ({"code": -1022}, ("-1022", "", "", "")),
    ({"code": "-1022", "msg": "Order"}, ("-1022", "Order", '{"code":"-1022","msg":"Order"}', "")),  # a code in quotes stays one
    ({"code": -1022, "msg": "Order", "data": 1}, ("-1022", "Order", '{"code":-1022,"msg":"Order","data":"<amount:1.0>"}', "")),
    ({"msg": "Order"}, ("", "Order", '{"msg":"Order"}', "")),
    ({"code": -1022, "message": "Order"}, ("-1022", "Order", '{"code":-1022,"message":"Order"}', "")),
    ({"msg": "", "message": "Order"}, ("", "Order", '{"msg":"","message":"Order"}', "")),
    ({"msg": "Jane", "code": 0}, ("0", "<text:TAG:4:Aa>", "", "")),
    ({"msg": 5, "code": 1}, ("1", "", "", "")),
    ({"msg": None}, ("", "", '{"msg":null}', "")),
    # what is no code
    ({"code": True}, ("", "", '{"code":"<bool>"}', "")),
    ({"code": ""}, ("", "", '{"code":""}', "")),
    ({"code": None}, ("", "", '{"code":null}', "")),
    ({"code": [1]}, ("", "", '{"code":[1]}', "")),
    ({"code": "123456789"}, ("<secret:one_time_code:9:0>", "", '{"code":"<secret:one_time_code:9:0>"}', "")),
    ({}, ("", "", "{}", "")),
    ([], ("", "", "[]", "")),
    ([{"code": 1}], ("", "", '[{"code":1}]', "")),
    ("Order", ("", "", '"<text:TAG:5:Aa>"', "")),
    (True, ("", "", '"<bool>"', "")),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), BODIES)
def test_bodies(value: object, expected: tuple[str, str, str, str]) -> None:
    assert content(json.dumps(value).encode()) == expected


def test_codes_of_c2c_have_a_form_of_their_own() -> None:
    body = b'{"code":"FIAT_ASSET_ILLEGAL"}'
    assert content(body, location=C2C_RESPONSE)[0] == "FIAT_ASSET_ILLEGAL"
    assert content(body)[0] == "<secret:one_time_code:18:.A>"


PAGES = [
    (b"<h1>403 Forbidden</h1>Jane", HTML, ("", "", "403 Forbidden <text:TAG:4:Aa>", "page")),
    (b"Order of Jane", TEXT, ("", "", "Order of <text:TAG:4:Aa>", "page")),
    (b"Order of Jane", b"TEXT/Plain", ("", "", "Order of <text:TAG:4:Aa>", "page")),
    (b"\xff Order", TEXT, ("", "", "<text:TAG:3:u> Order", "page")),
    (b"Order of Jane", JSON, ("", "", "", "malformed")),
    (b"Order of Jane", b"", ("", "", "", "malformed")),
    (b"<h1>403</h1>", b"text/xml", ("", "", "", "malformed")),
    (b'{"note":"x', TEXT, ("", "", "", "malformed")),  # would be JSON
    (b'["x', HTML, ("", "", "", "malformed")),
    (b'{"code":-1022}', HTML, ("-1022", "", "", "")),
    (b"5", TEXT, ("", "", '"<amount:1.0>"', "")),
    (b'{"code":-1022}', b"application/sbe", ("", "", "", "sbe")),
    (b"x", b"application/SBE; a=b", ("", "", "", "sbe")),
]


@pytest.mark.parametrize(("body", "label", "expected"), PAGES)
def test_labels(body: bytes, label: bytes, expected: tuple[str, str, str, str]) -> None:
    assert content(body, label) == expected


def test_of_a_page_4000_octets_are_looked_at() -> None:
    tag = b"<" + b"x" * 498 + b">"
    assert content(tag * 7 + b"order", HTML)[2] == "order"
    assert content(tag * 8 + b"order", HTML)[2] == ""


PLAIN = b'{"code":-1022}'
CUT = [
    # body, octets that passed, complete -> why it was not looked into
    (b"", 0, True, ""),
    (b"", 5, True, "not captured"),
    (PLAIN, 14, True, ""),
    (PLAIN[:9], 9, True, "malformed"),
    (PLAIN[:9], 14, True, "truncated"),
    (PLAIN[:9], 9, False, "truncated"),
    (PLAIN, 15, True, ""),  # the rest of it is missing, but what is there can be read
    (PLAIN[:9], 0, True, "malformed"),
]


@pytest.mark.parametrize(("body", "octets", "complete", "reason"), CUT)
def test_a_body_of_which_a_part_is_missing(body: bytes, octets: int, complete: bool, reason: str) -> None:
    assert content(body, octets=octets, complete=complete)[3] == reason


def test_what_is_unreadable_for_another_reason_is_not_called_cut() -> None:
    assert content(b"x", coding=b"br", octets=100)[3] == "br"
    assert content(b"x", coding=b"made-up", complete=False)[3] == "coding"


@pytest.mark.parametrize(("bound", "reason"), [(13, "truncated"), (14, ""), (15, "")])
def test_so_many_octets_are_looked_at(bound: int, reason: str) -> None:
    assert content(PLAIN, bound=bound)[3] == reason


def test_compressed_bodies_are_looked_into() -> None:
    body = gzip.compress(PLAIN, mtime=0)
    assert content(body, coding=b"gzip") == ("-1022", "", "", "")
    assert content(body[:-12], coding=b"gzip", octets=len(body))[3] in {"truncated", ""}
    assert content(PLAIN, coding=b"gzip") == ("", "", "", "malformed")


@pytest.mark.parametrize("octets", [16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 40_000])
def test_long_answers_are_shown_as_short_ones(octets: int) -> None:
    filler = b'{"code":-1,"note":"' + b"x" * (octets - 21) + b'"}'
    assert len(filler) == octets
    code, _, body, _ = content(filler)
    assert (code, body) == ("-1", f'{{"code":-1,"note":"<text:TAG:{octets - 21}:a>"}}')


def test_the_same_body_under_another_label_or_coding_is_judged_anew() -> None:
    machine, body = ContentRedactor(65_536), b"Order of Jane"
    found = []
    for label, coding, octets in (
        (TEXT, b"", 13),
        (JSON, b"", 13),
        (TEXT, b"br", 13),
        (JSON, b"", 20),
        (TEXT, b"", 13),
    ):
        headers = ((b"Content-Type", label), (b"Content-Encoding", coding))
        told = machine.redact(
            Answer(200, headers, body, octets),
            HeaderRedactor().answer(headers),
            RESPONSE,
            ValueRedactor(Tagger(b"k" * 32), ()),
        )
        found.append(told.undecoded)
    assert found == ["page", "malformed", "br", "truncated", "page"]


def test_a_body_beyond_a_mebibyte_is_not_looked_into() -> None:
    fits, more = (
        gzip.compress(b'"' + b" " * (octets - 2) + b'"', mtime=0) for octets in (1 << 20, (1 << 20) + 1)
    )
    assert content(fits, coding=b"gzip")[3] == ""
    assert content(more, coding=b"gzip") == ("", "", "", "oversized")


def test_what_unpacks_to_more_than_a_mebibyte_is_not_looked_into() -> None:
    fits, over = (gzip.compress(b'"' + b"x" * (octets - 2) + b'"') for octets in (1 << 20, (1 << 20) + 1))
    assert content(fits, coding=b"gzip")[3] == ""
    assert content(over, coding=b"gzip")[3] == "oversized"
