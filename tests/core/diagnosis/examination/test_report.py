"""The sentence for a header, the first difference, and scrubbing."""

import base64

import pytest

from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.examination.report import (
    HEADER_MAX,
    first_difference,
    header_sentence,
    header_value,
    scrub,
)
from proxy.core.findings import Finding, Strength
from tests.core.diagnosis.checks import SECRET, request


@pytest.mark.parametrize("name", rules.names())
def test_every_sentence_fits_a_header(name: str) -> None:
    text = header_sentence(Finding(name, Strength.PROVEN, rules.texts()[name].says, ""))
    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= HEADER_MAX
    assert '"' not in text


def test_long_and_odd_sentences_are_cut_and_made_ascii() -> None:
    text = header_sentence(
        Finding("x", Strength.LIKELY, 'sp\u00e9cial "quotes"\r\nX-Evil: 1 ' + "word " * 60, "")
    )
    assert text.startswith("sp'cial 'quotes''r'nX-Evil: 1")
    assert text.endswith("...")
    assert len(text) <= HEADER_MAX


@pytest.mark.parametrize("name", rules.names())
def test_every_rule_makes_a_header_of_bounded_length(name: str) -> None:
    text = rules.texts()[name]
    value = header_value(Finding(name, Strength.PROVEN, text.says, text.remedy, (("parameter", "p" * 999),)))
    assert value.startswith(f'{name}; strength=proven; "')
    assert value.endswith(f"; see=explain:{name}")
    assert value.isascii()
    assert value.isprintable()
    assert len(value) < 550


def test_the_header_names_the_parameter_and_says_what_to_do() -> None:
    finding = Finding(
        "r", Strength.LIKELY, "It is wrong.", "Send it right.", (("parameter", "price, quantity"),)
    )
    assert header_value(finding) == (
        'r; strength=likely; "It is wrong."; parameter="price, quantity"; remedy="Send it right."; see=explain:r'
    )
    hidden = Finding("r", Strength.LIKELY, "It is wrong.", "", (("parameter", "parameter number 7"),))
    assert header_value(hidden) == 'r; strength=likely; "It is wrong."; parameter="number 7"; see=explain:r'
    bare = Finding("r", Strength.LIKELY, "It is wrong.", "")
    assert header_value(bare) == 'r; strength=likely; "It is wrong."; see=explain:r'


def test_a_name_that_a_client_made_up_ends_no_header() -> None:
    evil = 'a"\r\nX-Evil: 1\x00\u20ac\\'
    value = header_value(Finding("r", Strength.LIKELY, evil, evil, (("parameter", evil),)))
    assert value.isascii()
    assert value.isprintable()
    assert value.count('"') == 6
    assert "\\" not in value


@pytest.mark.parametrize(
    ("signed", "expected", "index"),
    [(b"abc", b"abc", None), (b"abc", b"abd", 2), (b"ab", b"abc", 2), (b"", b"a", 0), (b"?a", b"a", 0)],
)
def test_the_first_difference_is_an_octet_index(signed: bytes, expected: bytes, index: int | None) -> None:
    assert first_difference(signed, expected) == index


def test_secrets_are_starred_in_every_spelling_and_lengths_stay() -> None:
    parsed = ParsedRequest(request("GET /x"))
    for form in (SECRET, SECRET.lower(), base64.b64encode(SECRET.encode()).decode(), SECRET.encode().hex()):
        text = f"a={form}&b=1".encode()
        scrubbed = scrub(parsed, text)
        assert form.rstrip("=").encode() not in scrubbed
        assert len(scrubbed) == len(text)


def test_the_api_key_is_starred_in_a_signed_text() -> None:
    """Frames sign it, and some clients put it behind the parameters."""
    parsed = ParsedRequest(request("GET /api/v3/account", key="k" * 64))
    assert scrub(parsed, b"apiKey=" + b"k" * 64 + b"&a=1") == b"apiKey=" + b"*" * 64 + b"&a=1"
    assert (
        scrub(ParsedRequest(request("GET /api/v3/account", key="undefined")), b"a=undefined")
        == b"a=undefined"
    )
