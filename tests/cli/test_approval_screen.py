"""The screen before an approval tells the truth in its last lines, whatever a client wrote into its values."""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import assume, given, reject, settings, strategies as st

from proxy.cli.approval_screen import NARROWEST, screen_of
from proxy.core.catalogue import Catalogue
from proxy.core.errors import RefusedError
from proxy.core.guard.description import describe
from proxy.core.signing import prepare
from proxy.core.wire import body_kind
from tests.support.draws import examples

WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
FACTS = {
    "id": "K7M2QX4D",
    "endpoint": WITHDRAW,
    "operation": "money_out",
    "client": "grid-bot",
    "account": "main",
    "environment": "production",
    "host": "api.binance.com",
    "seconds_left": 22.4,
    "state": "waiting",
    "mode": "wait",
}
ENDING = [
    "> account   main, production, api.binance.com",
    "> client    grid-bot",
    f"> endpoint  {WITHDRAW}  (money out)",
]
QUESTION = "Approve this? [y/N]: "
REAL = "coin=USDT&network=TRX&address=TXthief0000&amount=99000"
FORGED = (
    "K7M2QX4D  its client waits, 22 s left",
    "> address   address  TXowner",
    "> amount    amount   10.00",
    *ENDING,
    QUESTION,
)
BLANKS = (
    " ",
    "\u2800",
    "\u3164",
    "\u115f",
    "\u1160",
    "\uffa0",
    "\u3000",
    "\xa0",
    "\u034f",
    "\ufe0f",
    "+",
    "币",
    "\n",
    "\t",
)


def value(role: str, name: str, shown: str, *, decides: bool = True) -> dict[str, Any]:
    return {"role": role, "name": name, "shown": shown, "decides": decides}


def values_of(query: str, body: bytes = b"") -> list[dict[str, Any]]:
    """As the admin port tells them. Raises RefusedError."""
    method, path = WITHDRAW.split(" ")
    endpoint = Catalogue.builtin().find(method, path)
    assert endpoint is not None
    found = describe(endpoint, prepare(query.encode(), body, body_kind(body, None), signed=True))
    values: list[dict[str, Any]] = json.loads(msgspec.json.encode(found))
    return values


def terminal(lines: Iterable[str], columns: int) -> list[str]:
    """The lines as a terminal shows them that wraps long ones, in cells: wide letters take two, marks none."""
    rows: list[str] = []
    for line in lines:
        row, used = "", 0
        for character in line:
            cells = (
                0
                if unicodedata.combining(character)
                else 1 + (unicodedata.east_asian_width(character) in "WF")
            )
            if used + cells > columns:
                rows.append(row)
                row, used = "", 0
            row, used = row + character, used + cells
        rows.append(row)
    return rows


def test_free_text_first_what_decides_last() -> None:
    values = [
        value("coin", "coin", "USDT"),
        value("other", "walletType", "0", decides=False),
        value("amount", "amount", "1.50"),
        value("free_text", "name", "my rent", decides=False),
        value("unknown", "new", "?"),
    ]
    assert screen_of(FACTS | {"values": values}, 80) == (
        (
            "K7M2QX4D  its client waits, 22 s left",
            "> free text  name        my rent",
            "> other      walletType  0",
            "> unknown    new         ?",
            "> coin       coin        USDT",
            "> amount     amount      1.50",
            "> account    main, production, api.binance.com",
            "> client     grid-bot",
            f"> endpoint   {WITHDRAW}  (money out)",
        ),
        6,
    )


def test_long_values_and_names_are_wrapped_in_their_own_column() -> None:
    values = [value("unknown", "n" * 30, "v" * 60), value("amount", "amount", "1\n2")]
    assert list(screen_of(FACTS | {"values": values}, 80).lines[1:4]) == [
        f"> unknown   {'n' * 20}      {'v' * 38}",
        f"|           {'n' * 10}                {'v' * 22}",
        f"> amount    amount{' ' * 20}1\\n2",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"mode": "ticket"}, "K7M2QX4D  a ticket, 22 s left"),
        ({"mode": "ticket", "state": "approved"}, "K7M2QX4D  approved, to be sent again, 22 s left"),
        ({"account": None}, "> account   none, production, api.binance.com"),
        ({"client": None}, "> client    the local client"),
        ({}, "> no parameters"),
    ],
)
def test_who_and_what(change: dict[str, Any], line: str) -> None:
    assert line in screen_of(FACTS | {"values": []} | change, 80).lines


def test_a_narrow_terminal_gets_lines_of_a_least_width() -> None:
    lines = screen_of(FACTS | {"values": values_of(REAL)}, 10).lines
    assert max(map(len, lines)) <= NARROWEST


def test_the_made_up_block_of_a_long_value_is_refused() -> None:
    """Blanks that draw nothing, a screen of them, then rows as if they were ours: more than one value may hold."""
    block = "".join(row.replace(" ", "\u2800").ljust(80, "\u2800") for row in FORGED)
    with pytest.raises(RefusedError):
        values_of(f"{REAL}&note={quote('\u2800' * 2000 + block)}")


hostile = st.lists(st.sampled_from((*FORGED, *BLANKS, *(blank * 9 for blank in BLANKS))), max_size=3).map(
    "".join
)
names = st.sampled_from(
    ("name", "note", "addressTag", "withdrawOrderId", "address", "> amount", "a.b", "amount ")
)
pairs = st.lists(st.tuples(names | hostile, hostile | st.text(max_size=30)), max_size=4)


@settings(max_examples=examples(150), deadline=None)
@given(pairs, pairs, st.sampled_from((40, 80, 132)))
def test_the_last_lines_hold_the_truth(
    before: list[tuple[str, str]], after: list[tuple[str, str]], columns: int
) -> None:
    query = "&".join((*map(encoded, before), REAL, *map(encoded, after)))
    try:
        values = values_of(query)
    except RefusedError:
        reject()
    screen = screen_of(FACTS | {"values": values}, columns)
    seen = terminal((*screen.lines, QUESTION), columns)
    assert len(seen) == len(screen.lines) + 1  # no line is wrapped but by us
    assert all(line[:2] in ("> ", "| ") for line in seen[1:-1])
    begun = [line for line in seen[1:-1] if line[0] == ">"]
    assert len(begun) == len(values) + 3  # one row for each value, and none besides
    deciding = sum(one["decides"] for one in values)
    assert screen.deciding == len(seen) - 1 - seen.index(begun[-deciding - 3])
    for role, shown in (("coin", "USDT"), ("network", "TRX"), ("address", "TXth"), ("amount", "9900")):
        row = re.compile(rf"> {role} +{role} +{shown}")
        assert any(row.match(line) for line in begun[-deciding - 3 :])
    assert [line.split()[1] for line in begun[-3:]] == ["account", "client", "endpoint"]


def encoded(pair: tuple[str, str]) -> str:
    name, text = pair
    return f"{quote(name)}={quote(text, errors='replace')}"


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("name", "note", "withdrawOrderId")), hostile), max_size=3))
def test_in_eighty_by_twenty_four(more: list[tuple[str, str]]) -> None:
    """Whatever is asked there stands with its address, its amount and its endpoint in the last 24 lines."""
    try:
        values = values_of("&".join((REAL, *map(encoded, more))))
    except RefusedError:
        reject()
    screen = screen_of(FACTS | {"values": values}, 80)
    assume(screen.deciding < 24)  # else `approve` does not ask
    seen = terminal((*screen.lines, QUESTION), 80)[-24:]
    assert re.fullmatch(
        r"> address +address +TXthief0000", next(x for x in seen if x.startswith("> address "))
    )
    assert re.fullmatch(r"> amount +amount +99000", next(x for x in seen if x.startswith("> amount ")))
    assert [line.split() for line in seen[-4:-1]] == [line.split() for line in ENDING]
