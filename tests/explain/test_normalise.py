"""What web pages, editors, terminals and loggers do to a paste changes nothing of what is found in it."""

import html
import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from proxy.core.findings import Strength
from proxy.explain.normalise import from_page, without_prefix
from tests.explain.pastes import explained, rows

STEP: Final = 15
"""A sample of the forms, another one for each dressing."""


def each_line(
    before: Callable[[int], str], behind: str = "", *, trimmed: bool = False
) -> Callable[[str], str]:
    def dress(text: str) -> str:
        lines = [f"{before(number)}{line}{behind}" for number, line in enumerate(text.split("\n"))]
        return "\n".join(line.rstrip() for line in lines) if trimmed else "\n".join(lines)

    return dress


def time_of(number: int) -> str:
    return f"2026-11-29T12:23:{20 + number % 30:02d}.123456789Z "


DRESSINGS: Final[dict[str, Callable[[str], str]]] = {
    "quoted": each_line(lambda _: "> "),
    "container": each_line(lambda _: "bot-1  | "),
    "container, ends trimmed": each_line(lambda _: "bot-1  | ", trimmed=True),
    "system journal": each_line(lambda at: f"Nov 29 12:23:{20 + at % 30:02d} vps bot[1234]: "),
    "times": each_line(time_of),
    "times, ends trimmed": each_line(time_of, trimmed=True),
    "numbers": each_line(lambda at: f"{at + 1:4d}  "),
    "colours": each_line(lambda _: "\x1b[32m", "\x1b[0m"),
    "blanks at the ends": each_line(lambda _: "", "  "),
    "entities": html.escape,
    "page": lambda text: f"<pre><code>{html.escape(text, quote=False)}</code></pre>",
    "JSON": json.dumps,
    "hard blanks": lambda text: text.replace("  ", "\u00a0 "),
    "mark of width zero": lambda text: "\u200b" + text,
    "template of an issue": lambda text: (
        f"### Describe the bug\n\nOrders fail, I can't trade.\n\n### Logs\n\n```shell\n{text}\n```\n\n### Environment\n\n- Python 3.11\n"
    ),
}
IN_A_BOX: Final = "newman cli"
"""Its rows, broken at the width of the box, stay broken within a JSON text."""
FORMS: Final = [
    row
    for row in (*rows("pasted-forms"), *rows("more-forms"))
    if "text" in row and not row["form"].startswith(IN_A_BOX)
]


@pytest.mark.parametrize(
    ("dressing", "row"),
    [(name, row) for at, name in enumerate(DRESSINGS) for row in FORMS[at % STEP :: STEP]],
    ids=lambda value: value if isinstance(value, str) else value["form"],
)
def test_the_same_is_found(dressing: str, row: dict[str, Any]) -> None:
    answer = row["arguments"][1] if row["arguments"] else None
    (told,) = explained(DRESSINGS[dressing](row["text"]), row["secret"], row["api_key"], answer)
    proven = [one.rule for one in told.diagnosis.findings if one.strength is Strength.PROVEN]
    assert proven == ([row["first"]] if row["first"] else [])


def test_numbers_that_are_no_line_numbers_stay() -> None:
    for text in ("1 a\n2 b\n3 c", "1 a\n2 b\n4 c\n5 d", "10\n11\n12\n13", "1 a\n2 b\nc\n3 d\n4 e"):
        assert from_page(text) == text


def test_the_indentation_behind_line_numbers_stays() -> None:
    assert from_page("1  a:\n2    b\n3\n4  c") == "a:\n  b\n\nc"


def test_rows_of_a_box_are_whole_again() -> None:
    row = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=10"
    assert from_page(f"  ┌ raw\n  │ {row}\n  │ 0&timestamp=1\n  └ ") == f"  raw\n{row}0&timestamp=1\n  "
    assert from_page("╔ Body\n║ a=1\n║ b=2\n╚═══") == "Body\na=1\nb=2\n"


def test_a_line_that_lost_its_last_blank_has_the_prefix_still() -> None:
    assert without_prefix("log: a\nlog:\nlog: b") == "a\n\nb"
