"""Texts of answers: Binance's words stay, what they were filled with is judged."""

import pytest

from proxy.core.catalogue.errors import all_errors
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.sentence import redact_excerpt, redact_sentence
from proxy.core.redaction.values import ValueRedactor

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
    values = ValueRedactor(Tagger(b"k" * 32), ())
    words = "Invalid API-key, IP, or permissions for action, request ip: "
    tag = Tagger(b"k" * 32).tag("ip", b"203.0.113.7")
    assert values.sentence(words + "203.0.113.7") == f"{words}<ip:{tag}:v4>"
    assert values.mark("ip", "203.0.113.7") == f"<ip:{tag}:v4>"
    assert values.sentence(words + "2001:db8::7").endswith(":v6>")


def test_numbers_inside_a_wrapped_business_error_stay_if_they_are_codes() -> None:
    assert redact_sentence("187049 Kunde 99999", lambda _: MARK) == f"187049 {MARK}"


def test_a_page_leaves_its_known_words() -> None:
    page = "<html><head><title>403 Forbidden</title></head><body>Request blocked. ref 4f2a</body></html>"
    assert redact_excerpt(page, lambda _: MARK) == f"403 Forbidden Request blocked. {MARK}"


def test_an_excerpt_is_short() -> None:
    assert len(redact_excerpt("Request blocked. " * 1000, lambda _: MARK)) <= 200


def words(text: str) -> str:
    return redact_sentence(text, lambda hidden: f"<{hidden}>")


FILLED = [
    # a hole keeps counts, times, codes in capitals, intervals and names of parameters
    ("Filter failure: PRICE_FILTER", "Filter failure: PRICE_FILTER"),
    ("Filter failure: Jane", "Filter failure: <Jane>"),
    ("Filter failure: 1234567", "Filter failure: 1234567"),
    ("Filter failure: 12345678", "Filter failure: <12345678>"),
    ("Filter failure: 1795254556378", "Filter failure: 1795254556378"),
    ("Filter failure: 15m", "Filter failure: 15m"),
    ("Filter failure: 1234567ms", "Filter failure: 1234567ms"),
    ("Filter failure: 12345678ms", "Filter failure: <12345678ms>"),
    ("Filter failure: symbol", "Filter failure: symbol"),
    ("Filter failure: signature", "Filter failure: signature"),
    ("Filter failure: clientType", "Filter failure: clientType"),
    ("Filter failure: orderId", "Filter failure: orderId"),
    ("Filter failure: advNo", "Filter failure: advNo"),
    ("Filter failure: Order does not exist.", "Filter failure: Order does not exist."),
    (
        "Filter failure: Order of Jane Doe does not exist.",
        "Filter failure: Order of <Jane Doe> does not exist.",
    ),
    # where a name is expected a number is none
    ("Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.", None),
    (
        "Mandatory parameter '1234567' was not sent, was empty/null, or malformed.",
        "Mandatory parameter '<1234567>' was not sent, was empty/null, or malformed.",
    ),
    (
        "Mandatory parameter 'ABC' was not sent, was empty/null, or malformed.",
        "Mandatory parameter '<ABC>' was not sent, was empty/null, or malformed.",
    ),
    ("recvWindow must be less than 60000", "recvWindow must be less than 60000"),
    ("Timestamp for this request was 1000ms ahead of the server's time.", None),
]


@pytest.mark.parametrize(("text", "shown"), FILLED)
def test_what_a_message_was_filled_with(text: str, shown: str | None) -> None:
    assert words(text) == (text if shown is None else shown)


RANGES = [
    ("^[A-Z0-9-_.]{1,20}$", True),
    ("[0-9]{1,20}", True),
    ("[a-z]{4}", True),
    (r"^([0-9]{1,20})(\.[0-9]{1,20})?$", True),
    (r"^[\.A-Z\:/a-z0-9_-]{1,36}$", True),
    ("^[A-Fa-f0-9]{64}$", True),
    ("^[A-Z ]{1,99}", True),
    ("[A-Z]{1,100}", False),
    ("[A-Z]{}", False),
    ("[" + "A-Z" * 10 + "]{1}", True),
    ("[" + "A-Z" * 11 + "]{1}", False),
    ("[A]{1}", False),
    ("[A-Y]{1}", False),
    ("(A-Z){1}", False),
    ("^[Jane Doe 0791234567 secret-words]{1,3}$", False),
    ("^[0-9]{1,20}(Jane)?$", False),
]


@pytest.mark.parametrize(("text", "kept"), RANGES)
def test_the_legal_range_of_a_parameter_is_shown(text: str, kept: bool) -> None:
    whole = f"Illegal characters found in parameter 'symbol'; legal range is '{text}'."
    assert (words(whole) == whole) is kept


UNKNOWN = [
    ("", ""),
    ("  ", ""),
    ("Jane", "<Jane>"),
    ("Jane Doe", "<Jane Doe>"),
    ("Order Jane  Doe exist", "Order <Jane Doe> exist"),
    ("Order, (exist) 'symbol'.", "Order, (exist) 'symbol'."),
    ("Jane's order", "<Jane's> order"),
    ("orders of ordering", "orders of <ordering>"),
    ("-1022 and 1022", "-1022 and 1022"),
    ("-1023456 1023456", "<-1023456 1023456>"),
    ("order\u00e9", "<order\u00e9>"),
    ("\u201corder\u201d", "<\u201corder\u201d>"),
    ("403 Forbidden", "403 Forbidden"),
    (".,;", "<.,;>"),
]


@pytest.mark.parametrize(("text", "shown"), UNKNOWN)
def test_words_of_an_unknown_text(text: str, shown: str) -> None:
    assert words(text) == shown


def test_600_characters_of_a_text_are_looked_at() -> None:
    assert words("order " * 100) == " ".join(["order"] * 100)
    assert words("order " * 101) == " ".join(["order"] * 100)
    assert words("Filter failure: " + "order " * 20 + "Jane") == "Filter failure: " + "order " * 20 + "<Jane>"


def test_a_hole_is_120_characters_at_most() -> None:
    """Longer ones are judged as any text."""
    for length in (120, 121):
        text = "Filter failure: " + "J" * length
        assert words(text) == f"Filter failure: <{'J' * length}>"


def excerpt(text: str) -> str:
    return redact_excerpt(text, lambda hidden: f"<{hidden}>")


EXCERPTS = [
    ("<h1>order</h1>Jane<br/>exist", "order <Jane> exist"),
    ("order <b class='x'>exist", "order exist"),
    ("order < b", "order << b>"),
    ("order <" + "x" * 500 + "> exist", "order exist"),
    ("<script>\n</script>order", "order"),
]


@pytest.mark.parametrize(("text", "shown"), EXCERPTS)
def test_markup_is_dropped_from_a_page(text: str, shown: str) -> None:
    assert excerpt(text) == shown


def test_of_a_page_200_characters_are_shown_out_of_4000() -> None:
    assert excerpt("order " * 1000) == " ".join([*["order"] * 33, "or"])
    assert excerpt("<p>" * 100 + "order " * 100) == " ".join([*["order"] * 16, "<orde>"])
    tag = "<" + "x" * 498 + ">"
    assert excerpt(tag * 7 + "order") == "order"
    assert excerpt(tag * 8 + "order") == ""
