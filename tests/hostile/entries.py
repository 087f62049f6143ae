"""The hostile list: inputs and what must come of them, from the project's threat model.

`tests/data/hostile.jsonl`, one JSON object a line. `raw`: every character is one octet (Latin-1); `{H}` is an
allowed Host value, `{P}` the port, `{a*9000}` 9,000 times `a`. `expect` begins with the statuses (`|`
alternatives, `>` answers on one connection, `close` = closed without an answer), then `error=`, `exec=`, `up=N`
or `up<=N` = requests that the exchange may see; after `;` it is prose.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LIST = Path(__file__).parents[1] / "data" / "hostile.jsonl"
_REPEATED = re.compile(r"\{(.)\*([0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Expected:
    """`steps`: for each answer on the connection the allowed statuses. An empty set of tokens: any."""

    steps: tuple[frozenset[str], ...]
    tokens: frozenset[str]
    execution: str | None
    most_up: int | None
    least_up: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One hostile input; `raw` is None where the input is described in words."""

    id: str
    group: str
    raw: str | None
    description: str | None
    expect: str

    @property
    def expected(self) -> Expected:
        words = self.expect.partition(";")[0].split()
        steps = tuple(frozenset(step.split("|")) for step in words[0].split(">"))
        tokens, execution, most, least = frozenset[str](), None, None, 0
        for word in words[1:]:
            if word.startswith("error="):
                tokens = frozenset(word[6:].split("|"))
            elif word.startswith("exec="):
                execution = word[5:]
            elif word.startswith("up<="):
                most = int(word[4:])
            elif word.startswith("up="):
                most = least = int(word[3:])
        return Expected(steps, tokens, execution, most, least)

    def octets(self, port: int) -> bytes:
        assert self.raw is not None
        text = self.raw.replace("{H}", f"127.0.0.1:{port}").replace("{P}", str(port))
        return _REPEATED.sub(lambda m: m[1] * int(m[2]), text).encode("latin-1")


@cache
def entries() -> tuple[Entry, ...]:
    rows = [json.loads(line) for line in _LIST.read_text().splitlines()]
    return tuple(
        Entry(row["id"], row["group"], row.get("raw"), row.get("description"), row["expect"]) for row in rows
    )


def raw_entries() -> tuple[Entry, ...]:
    return tuple(entry for entry in entries() if entry.raw is not None)
