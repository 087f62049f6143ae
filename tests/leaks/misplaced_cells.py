"""Runs the cells of misplaced secrets, in a process of its own: `python -m tests.leaks.misplaced_cells`.

Cells as JSON on standard input, one answer in JSON for all: what each command line said. A cell that would start a
gateway is ended by a timer, and says so.
"""

import contextlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import proxy.__main__ as border
from tests.leaks.misplaced import FORMS, PLACES, Place, echoed, filled, skipped

STARTED = "THE COMMAND DID NOT END"
_SECONDS = 10
_ROOT = Path(__file__).resolve().parents[2]
_BOUND_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to: cells by name, those whose secret was repeated, and those that went wrong otherwise."""

    cells: int
    echoed: tuple[str, ...]
    wrong: tuple[str, ...]
    left_out: Counter[str]
    found_as_given: int
    """Of the cells, in how many the search finds the secret in what was given."""

    @property
    def good(self) -> bool:
        return self.cells > 0 and not self.echoed and not self.wrong and self.found_as_given == self.cells

    def __str__(self) -> str:
        lines = [
            f"misplaced secrets: {self.cells} cells, {len(self.echoed)} echoed, {len(self.wrong)} ended otherwise than told"
        ]
        lines += [f"skipped by the list: {count} ({why})" for why, count in self.left_out.items()]
        lines += [f"found in what was given: {self.found_as_given} of {self.cells}"]
        lines += [f"  {one}" for one in (*self.echoed, *self.wrong)[:20]]
        return "\n".join(lines)


def run(seed: str, cells: list[tuple[str, str]] | None = None) -> Report:
    """All cells, or these: a secret for each, drawn by the seed."""
    draw = random.Random(f"{seed} misplaced")
    wanted = cells if cells is not None else [(place, form) for place in PLACES for form in FORMS]
    left_out = Counter(why for cell in wanted if (why := skipped(*cell)))
    planted = [(*cell, FORMS[cell[1]](draw)) for cell in wanted if not skipped(*cell)]
    child = subprocess.run(
        [sys.executable, "-m", "tests.leaks.misplaced_cells"], input=json.dumps(planted).encode(), capture_output=True,
        check=True, cwd=_ROOT, timeout=_BOUND_SECONDS,
    )  # fmt: skip
    said: list[list[tuple[int, str]]] = json.loads(child.stdout)
    shown, wrong, found = [], [], 0
    for (place, form, value), answers in zip(planted, said, strict=True):
        cell = f"{place}, {form}"
        found += echoed(value, _given(PLACES[place], value))
        shown += [f"echoed: {cell}: {text[:300]!r}" for _, text in answers if echoed(value, text)]
        wrong += [f"wrong: {cell}: {code} {text[:300]!r}" for code, text in answers if _is_wrong(code, text)]
    return Report(len(planted), tuple(shown), tuple(wrong), left_out, found)


def _given(place: Place, value: str) -> str:
    texts = [
        *(word for words in place.commands for word in words),
        *place.environment.values(),
        *place.files.values(),
    ]
    return "\n".join(filled(text, value) for text in texts)


def _is_wrong(code: int, text: str) -> bool:
    return (
        code not in (0, 1, 2, 3) or not text.strip() or STARTED in text or "a fault of signing-proxy" in text
    )


def _say(place: Place, value: str) -> list[tuple[int, str]]:
    """Exit code and both outputs of each command line."""
    with tempfile.TemporaryDirectory() as made, contextlib.chdir(made):
        for name, text in place.files.items():
            file = Path(name)
            file.write_bytes(filled(text, value).encode("utf-8", "surrogateescape"))
            file.chmod(place.mode)
        environment = {name: filled(text, value) for name, text in place.environment.items()}
        return [_told([filled(word, value) for word in words], environment) for words in place.commands]


def _told(words: list[str], environment: dict[str, str]) -> tuple[int, str]:
    before = dict(os.environ)
    os.environ |= environment
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "utf-8", "surrogateescape", write_through=True)
    signal.alarm(_SECONDS)
    try:
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            code = border.main(words)
    except TimeoutError:
        code, _ = -1, stream.write(STARTED)
    finally:
        signal.alarm(0)
        os.environ.clear()
        os.environ.update(before)
    stream.flush()
    return code, raw.getvalue().decode("utf-8", "replace")


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError(STARTED)


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _give_up)
    for name in [one for one in os.environ if one.startswith(("BINANCE_", "SIGNING_PROXY_", "NO_COLOR"))]:
        del os.environ[name]
    given = json.load(sys.stdin)
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    print(json.dumps([_say(PLACES[place], value) for place, _, value in given]))
