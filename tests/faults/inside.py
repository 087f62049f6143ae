"""Faults put inside a gateway's process, and what it then tells from there (`inject/sitecustomize.py`)."""

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

INJECT: Final = Path(__file__).resolve().parent / "inject"


def injected(**files: Path) -> dict[str, str]:
    """The environment that makes a gateway look at these files: `lag`, `resolver`, `slept`, `write`."""
    return {
        "PYTHONPATH": str(INJECT),
        **{f"FAULTS_{name.upper()}_FILE": str(path) for name, path in files.items()},
    }


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without a turn of the event loop, in ms. `own`: without what the kernel gave to other processes."""

    at: float  # its end, on the monotonic clock
    whole: float
    own: float
    cpu: float
    where: str


def gaps(file: Path, since: float = 0.0, until: float = float("inf")) -> list[Gap]:
    """What the lag meter wrote down between two instants of the monotonic clock; gaps under 10 ms are left out."""
    found = []
    for line in file.read_text().splitlines():
        with contextlib.suppress(json.JSONDecodeError):  # the last may be half written
            facts = json.loads(line)
            if "gap_ms" in facts and since <= facts["at"] <= until:
                found.append(
                    Gap(facts["at"], facts["gap_ms"], facts["own_ms"], facts["cpu_ms"], facts["where"])
                )
    return found


def worst(found: list[Gap]) -> Gap:
    """The longest that the loop took for itself."""
    return max(found, key=lambda gap: gap.own, default=Gap(0.0, 0.0, 0.0, 0.0, ""))


@contextmanager
def changed(file: Path, content: str) -> Iterator[None]:
    """A file that tells the gateway's inside what to do, for the length of a block; empty afterwards."""
    write(file, content)
    try:
        yield
    finally:
        write(file, "")


def write(file: Path, content: str) -> None:
    """At once: a reader sees the old content or the new."""
    draft = file.with_suffix(".draft")
    draft.write_text(content)
    draft.replace(file)
