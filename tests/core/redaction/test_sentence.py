"""Texts of answers: Binance's words stay, what they were filled with is judged."""

import pytest

from proxy.core.catalogue.errors import all_errors
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.sentence import redact_excerpt, redact_sentence
from proxy.core.redaction.veil import Veil

MARK = "<MARK>"


@pytest.mark.parametrize(
    "message", sorted({m for row in all_errors() for m in row.messages if "%s" not in m and m.isascii()})
)
def test_a_known_message_stays(message: str) -> None:
    assert redact_sentence(message, lambda _: MARK) == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Invalid API-key, IP, or permissions for action, request ip: x1y2", "... request ip: <MARK>"),
        ("Way too much request weight used; IP banned until 1795254556378. Please use WebSocket Streams for live "
         "updates to avoid bans.", "... until 1795254556378. ..."),
        ("Too many requests; current limit is 1200 requests per minute. Please use the websocket for live updates to "
         "avoid polling the API.", "... 1200 ..."),
        ("Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.", "... 'timestamp' ..."),
        ("Mandatory parameter '123456' was not sent, was empty/null, or malformed.", "... '<MARK>' ..."),
        ("Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
         "... '^[A-Z0-9-_.]{1,20}$'."),
        ("Filter failure: LOT_SIZE", "Filter failure: LOT_SIZE"),
        ("Timestamp for this request was 2345ms ahead of the server's time.", "... 2345ms ..."),
    ],
)  # fmt: skip
def test_templates(text: str, expected: str) -> None:
    shown = redact_sentence(text, lambda _: MARK)
    for part in expected.split("..."):
        assert part.strip() in shown


def test_of_unknown_text_only_known_words_stay_and_runs_are_one_mark() -> None:
    text = "Order of Jane Example 4711 does not exist. Please try again"
    assert redact_sentence(text, lambda _: MARK) == f"Order of {MARK} does not exist. Please try again"


def test_the_address_in_minus_2015_is_tagged_like_any_address() -> None:
    """log-03: code and words are kept, the address becomes a stable pseudonym."""
    veil = Veil(Tagger(b"k" * 32), ())
    words = "Invalid API-key, IP, or permissions for action, request ip: "
    tag = Tagger(b"k" * 32).tag("ip", b"203.0.113.7")
    assert veil.sentence(words + "203.0.113.7") == f"{words}<ip:{tag}:v4>"
    assert veil.mark("ip", "203.0.113.7") == f"<ip:{tag}:v4>"
    assert veil.sentence(words + "2001:db8::7").endswith(":v6>")


def test_numbers_inside_a_wrapped_business_error_stay_if_they_are_codes() -> None:
    assert redact_sentence("187049 Kunde 99999", lambda _: MARK) == f"187049 {MARK}"


def test_a_page_leaves_its_known_words() -> None:
    page = "<html><head><title>403 Forbidden</title></head><body>Request blocked. ref 4f2a</body></html>"
    assert redact_excerpt(page, lambda _: MARK) == f"403 Forbidden Request blocked. {MARK}"


def test_an_excerpt_is_short() -> None:
    assert len(redact_excerpt("Request blocked. " * 1000, lambda _: MARK)) <= 200
