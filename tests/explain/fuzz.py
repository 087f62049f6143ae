"""Damaged pastes of a right request: cut, joined, quoted, indented, prefixed. Nothing may be proven of them.

python -m tests.explain.fuzz --count 100000 --seed 1
"""

import argparse
import hashlib
import hmac
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from proxy.core.diagnosis.examination.engine import Limits
from proxy.core.findings import Strength
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.explain.found_request import UnreadableError
from proxy.explain.observation import known_keys
from proxy.explain.reading import read_requests
from proxy.explain.verdict import explain
from tests.explain.pastes import Owner, rows

LONGEST_S = 5.0
SECRET = str(rows("pasted-forms")[0]["secret"])


_SPLIT: Final = ("trace", "hex dump", "Burp", "SAZ", "flow file")
"""Forms in which a signature stands in pieces or encoded, where it is not put right here."""


@cache
def right_texts() -> tuple[str, ...]:
    """Every form of the list, with the right signature in the place of the wrong one."""
    texts = []
    for row in rows("pasted-forms") + rows("more-forms"):
        text = str(row.get("text", ""))
        if any(word in str(row["form"]) for word in _SPLIT):
            continue
        for signed in (
            "timestamp=1795824100137",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=60000&timestamp=1795824100137",
        ):
            right = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
            wrong = {"t": "219dd3e0605750970836922c208280e7a776924692650215e4d5413009efdc7b",
                     "s": "1b4db3165194c6b3215477f41d2780623fcc74decb88a234d5cd51693cbb11a5"}[signed[0]]  # fmt: skip
            text = text.replace(wrong, right)
        texts.append(text)
    return tuple(texts)


def _cut(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    return "\n".join(lines[:at] if dice.random() < 0.5 else lines[at:])


def _cut_end(text: str, dice: random.Random) -> str:
    return text[: dice.randrange(len(text) + 1)]


def _cut_line(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    del lines[dice.randrange(len(lines))]
    return "\n".join(lines)


def _each_line(before: str) -> Callable[[str, random.Random], str]:
    return lambda text, _dice: "\n".join(before + line for line in text.split("\n"))


def _stamped(text: str, dice: random.Random) -> str:
    return "\n".join(
        f"2026-11-28 12:01:{dice.randrange(60):02}.{dice.randrange(1000):03} DEBUG {line}"
        for line in text.split("\n")
    )


def _joined(text: str, _dice: random.Random) -> str:
    return " ".join(text.split("\n"))


def _curly(text: str, _dice: random.Random) -> str:
    return text.replace('"', "“")


def _cut_start(text: str, dice: random.Random) -> str:
    return text[dice.randrange(len(text) + 1) :]


def _cut_out(text: str, dice: random.Random) -> str:
    """Without a stretch, or with dots in its place, as people and consoles shorten."""
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(("", "...", "…", "[truncated]")) + text[at + dice.randint(1, 200) :]


def _cut_lines_short(text: str, dice: random.Random) -> str:
    """Every line up to a column, as a table or a narrow window shows them."""
    width = dice.randint(20, 200)
    return "\n".join(line[:width] for line in text.split("\n"))


def _wrapped(text: str, dice: random.Random) -> str:
    """Broken at a column, as a terminal copies long lines."""
    width = dice.randint(40, 160)
    return "\n".join(
        line[at : at + width] for line in text.split("\n") for at in range(0, max(len(line), 1), width)
    )


def _numbered(text: str, _dice: random.Random) -> str:
    return "\n".join(f"{number:4}  {line}" for number, line in enumerate(text.split("\n"), 1))


def _windows(text: str, _dice: random.Random) -> str:
    return text.replace("\n", "\r\n")


def _escaped(text: str, _dice: random.Random) -> str:
    """As a text inside JSON."""
    return json.dumps(text)


def _two(text: str, dice: random.Random) -> str:
    """Two pastes in one."""
    return text + dice.choice(("\n", "\n\n", "\nand then\n\n")) + dice.choice(right_texts())


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    _cut, _cut_end, _cut_line, _stamped, _joined, _curly, _each_line("> "), _each_line("    "),
    _each_line("D/OkHttp: "), _each_line("+ "), _each_line("\t"), _each_line("[2026-11-28T12:01:40.137Z INFO bot] "),
    _cut_start, _cut_out, _cut_lines_short, _wrapped, _numbered, _windows, _escaped, _two, lambda text, _dice: f"Hello,\n```\n{text}\n```\nwhat is wrong here?",
)  # fmt: skip


def mutated(dice: random.Random) -> str:
    text = dice.choice(right_texts())
    for _ in range(dice.randint(1, 3)):
        text = dice.choice(MUTATIONS)(text, dice)
    return text


def complaints(text: str) -> Iterator[str]:
    """What is wrong with the reading of a damaged paste: anything proven of it, a crash, or too long a time."""
    owner = Owner("", HmacKey(Secret(SECRET.encode())))
    begun = time.monotonic()
    try:
        seen = read_requests(text.encode())
    except UnreadableError:
        seen = []
    for one in seen[:3]:
        told = explain(one, known_keys(one, (owner,), owner), limits=Limits(tried=200))
        for finding in told.diagnosis.findings:
            if finding.strength is Strength.PROVEN:  # the request was right: whatever it is, it was not seen
                yield finding.rule
    if time.monotonic() - begun > LONGEST_S:
        yield "slow"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=2, help="pastes shown of each kind of complaint")
    given = parser.parse_args()
    dice = random.Random(given.seed)
    bad: dict[str, int] = {}
    for _ in range(given.count):
        text = mutated(dice)
        for complaint in complaints(text):
            bad[complaint] = bad.get(complaint, 0) + 1
            if bad[complaint] <= given.show:
                print(f"{complaint}:\n{text}\n---")
    print(f"{given.count} pastes: {sum(bad.values())} complaints {bad}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
