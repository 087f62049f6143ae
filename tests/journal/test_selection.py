"""Which flows are wanted."""

import pytest

from proxy.journal import Entry, Selection, parse_since, parse_status
from tests.journal.lines import START_MS, flow, intent

REFUSED = flow(3, path="/sapi/v1/c2c/ads/search", refused=403)
BAD = flow(2, path="/api/v3/order", status=400, code="-1022", account="main", client="bot")
GOOD = flow(1, status=200)


def entry(one: object) -> Entry:
    return Entry(one.record, one.line)  # type: ignore[attr-defined]  # flows and intents alike


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
