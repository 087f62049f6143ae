"""Which flows are wanted."""

import pytest

from proxy.core.redaction import ForeignFlow, ForeignIntent, decode_foreign
from proxy.journal import Entry, Selection, parse_since, parse_status
from tests.journal.lines import START_MS, flow, intent

REFUSED = flow(3, path="/sapi/v1/c2c/ads/search", refused=403)
BAD = flow(2, path="/api/v3/order", status=400, code="-1022", account="main", client="bot")
GOOD = flow(1, status=200)


def entry(one: object) -> Entry:
    record = decode_foreign(one.line)  # type: ignore[attr-defined]  # flows and intents alike
    assert isinstance(record, ForeignFlow | ForeignIntent)
    return Entry(record, b"")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), ["r-1", "r-2", "r-3", "r-4"]),
        (Selection(paths=("/api/v3/",)), ["r-1", "r-2", "r-4"]),
        (Selection(paths=("*/c2c/*",)), ["r-3"]),
        (Selection(statuses=("4xx",)), ["r-2"]),
        (Selection(statuses=("200", "400")), ["r-1", "r-2"]),
        (Selection(statuses=("none",)), ["r-3", "r-4"]),
        (Selection(codes=("-1022",)), ["r-2"]),
        (Selection(clients=("bot",)), ["r-2"]),
        (Selection(clients=("main",)), ["r-2"]),
        (Selection(request_ids=("r-1", "r-3")), ["r-1", "r-3"]),
        (Selection(since="2026-07-23T10:14:56.790Z"), []),
        (Selection(paths=("/api",), statuses=("4xx",)), ["r-2"]),
    ],
)
def test_conditions(selection: Selection, expected: list[str]) -> None:
    taken = selection.of(map(entry, (GOOD, BAD, REFUSED, intent(4))))
    assert [one.record.request_id for one in taken] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", "2026-07-23T10:13:26.789Z"),
        ("10m", "2026-07-23T10:04:56.789Z"),
        ("2h", "2026-07-23T08:14:56.789Z"),
        ("3d", "2026-07-20T10:14:56.789Z"),
        ("2026-07-01", "2026-07-01T00:00:00.000Z"),
        ("2026-07-01T12:00:00+02:00", "2026-07-01T10:00:00.000Z"),
    ],
)
def test_since(text: str, expected: str) -> None:
    assert parse_since(text, START_MS) == expected


@pytest.mark.parametrize("text", ["", "soon", "10", "10y", "2026-13-01"])
def test_since_must_be_a_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_since(text, START_MS)


@pytest.mark.parametrize(
    ("text", "good"), [("400", True), ("4XX", True), ("none", True), ("abc", False), ("999", False)]
)
def test_status(text: str, good: bool) -> None:
    if good:
        assert parse_status(text) == text.lower()
    else:
        with pytest.raises(ValueError, match="a status"):
            parse_status(text)


OTHER = flow(5, path="/api/v3/order/test", status=451, code="-1022x", account="other", client="bot2")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(since="2026-07-23T10:14:56.789Z"), ["r-1", "r-2", "r-3", "r-4", "r-5"]),
        (Selection(paths=("/api/v3/order",)), ["r-2", "r-4", "r-5"]),
        (Selection(paths=("/api/v3/order*",)), ["r-2", "r-4", "r-5"]),
        (Selection(paths=("*order",)), ["r-2", "r-4"]),
        (Selection(paths=("api",)), []),
        (Selection(paths=("/API",)), []),
        (Selection(paths=("*/ORDER",)), []),
        (Selection(paths=("/sapi", "/api/v3/account")), ["r-1", "r-3"]),
        (Selection(statuses=("451",)), ["r-5"]),
        (Selection(statuses=("2xx",)), ["r-1"]),
        (Selection(statuses=("45",)), []),
        (Selection(codes=("-1022", "-1022x")), ["r-2", "r-5"]),
        (Selection(codes=("",)), ["r-1", "r-3"]),
        (Selection(clients=("bot", "other")), ["r-2", "r-5"]),
        (Selection(clients=("bo",)), []),
        (Selection(request_ids=("r-4",)), ["r-4"]),
        (Selection(request_ids=("r",)), []),
        (Selection(statuses=("none",), codes=("-1022",)), []),
        (Selection(clients=("bot",), request_ids=("r-1",)), []),
    ],
)
def test_each_condition_by_itself(selection: Selection, expected: list[str]) -> None:
    taken = selection.of(map(entry, (GOOD, BAD, REFUSED, intent(4), OTHER)))
    assert [one.record.request_id for one in taken] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 90s ", "2026-07-23T10:13:26.789Z"),
        ("90 s", "2026-07-23T10:13:26.789Z"),
        ("0s", "2026-07-23T10:14:56.789Z"),
        ("999999s", "2026-07-11T20:28:17.789Z"),
        (" 2026-07-01T12:00:00Z ", "2026-07-01T12:00:00.000Z"),
        ("2026-07-01T12:00:00", "2026-07-01T12:00:00.000Z"),
        ("2026-07-01T12:00:00.123456", "2026-07-01T12:00:00.123Z"),
        ("2026-07-01T00:30:00+01:00", "2026-06-30T23:30:00.000Z"),
    ],
)
def test_since_in_other_spellings(text: str, expected: str) -> None:
    assert parse_since(text, START_MS) == expected


@pytest.mark.parametrize("text", ["1000000s", "-1s", "1.5h", "s", "1hh", "yesterday", "1h ago"])
def test_since_in_spellings_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_since(text, START_MS)


STATUSES = ["100", "199", "200", "599", "1xx", "5xx", "5XX", "none", "NONE"]
NO_STATUSES = ["099", "600", "1xxx", "6xx", "0xx", "xx", "20", "2000", "20x", "nones", "4x", "''", "400,401"]


@pytest.mark.parametrize("text", STATUSES)
def test_what_is_a_status(text: str) -> None:
    assert parse_status(text) == text.lower()


@pytest.mark.parametrize("text", [*NO_STATUSES, ""])
def test_what_is_no_status(text: str) -> None:
    with pytest.raises(ValueError, match="a status such as 400, a class such as 4xx, or none"):
        parse_status(text)
