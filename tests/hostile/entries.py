"""The hostile lists: inputs and what must come of them, from the project's threat model and from attackers.

`tests/data/hostile*.jsonl`, one JSON object a line. `raw`: every character is one octet (Latin-1); `{H}` is an
allowed Host value, `{P}` the port, `{a*9000}` 9,000 times `a`. `expect` begins with the statuses (`|`
alternatives, `>` answers on one connection, `close` = closed without an answer), then `error=`, `exec=`, `up=N`
or `up<=N` = requests that the exchange may see; after `;` it is prose. `request` is as `raw`, for a gateway with the configuration that `config` names: the
`config_text` of the row `h2-config-<name>`.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LISTS = sorted((Path(__file__).parents[1] / "data").glob("hostile*.jsonl"))
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
    """One hostile input; `raw` is None where the input is described in words. With a `config`, `raw` is meant for
    a gateway that is set up like this."""

    id: str
    group: str
    raw: str | None
    description: str | None
    expect: str
    config: str | None = None

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
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(json.loads(line) for path in _LISTS for line in path.read_text().splitlines())


@cache
def entries() -> tuple[Entry, ...]:
    """Every input of the lists."""
    return tuple(
        Entry(
            row["id"],
            row["group"],
            row.get("raw", row.get("request")),
            row.get("description"),
            row["expect"],
            row.get("config"),
        )
        for row in _rows()
        if "config_text" not in row
    )


def raw_entries() -> tuple[Entry, ...]:
    """Those in octets, for a gateway as it comes."""
    return tuple(entry for entry in entries() if entry.raw is not None and entry.config is None)


def limited_entries() -> tuple[Entry, ...]:
    """Those in octets, for a gateway with limits."""
    return tuple(entry for entry in entries() if entry.config is not None)


def config_text(name: str) -> str:
    """The YAML text of a configuration that entries name."""
    (text,) = (row["config_text"] for row in _rows() if row["id"] == f"h2-config-{name}")
    return text
