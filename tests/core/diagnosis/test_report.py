"""The sentence for a header, the first difference, and scrubbing."""

import base64

import pytest

from proxy.core.diagnosis import rules
from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.diagnosis.report import HEADER_MAX, first_difference, header_sentence, scrub
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
