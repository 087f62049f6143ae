"""What personalities share: a name, a line for `--help`, options with defaults, how an exchange puts one on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from proxy.sandbox.exchange import Sandbox

_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(s|m|h|d)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LARGEST = 2**31


class PersonalityError(ValueError):
    """What was asked for is none, or its options are wrong. The message says what there is instead."""


@dataclass(frozen=True, slots=True)
class Given:
    """The options of one personality: those that were given, and defaults. Each reader raises PersonalityError."""

    name: str
    texts: Mapping[str, str]

    def whole(self, option: str, least: int = 0) -> int:
        text = self.texts[option]
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= _LARGEST):
            raise self._wrong(option, f"a whole number from {least}")
        return int(text)

    def seconds(self, option: str) -> float:
        """`90`, `0.5s`, `10m`, `2h`, `1d`; more than none."""
        found = _DURATION.fullmatch(self.texts[option])
        seconds = float(found[1]) * _SECONDS[found[2] or "s"] if found else 0.0
        if seconds <= 0:
            raise self._wrong(option, "a time such as 0.5s, 90s, 10m or 2h")
        return seconds

    def milliseconds(self, option: str) -> int:
        return round(self.seconds(option) * 1000)

    def flag(self, option: str) -> bool:
        if self.texts[option] not in ("yes", "no"):
            raise self._wrong(option, "yes or no")
        return self.texts[option] == "yes"

    def word(self, option: str, words: Mapping[str, object] | frozenset[str]) -> str:
        """One of these words."""
        if self.texts[option] not in words:
            raise self._wrong(option, f"one of {', '.join(sorted(words))}")
        return self.texts[option]

    def path(self, option: str) -> str:
        if not self.texts[option].startswith("/"):
            raise self._wrong(option, "a path such as /api/v3/order")
        return self.texts[option]

    def counts(self, option: str, most: int) -> tuple[int, ...]:
        """`1-3-1`: whole numbers up to `most`."""
        parts = self.texts[option].split("-")
        if not all(part.isascii() and part.isdecimal() and int(part) <= most for part in parts):
            raise self._wrong(option, f"numbers from 0 to {most} with - between them, such as 1-3-1")
        return tuple(int(part) for part in parts)

    def _wrong(self, option: str, wanted: str) -> PersonalityError:
        return PersonalityError(f"{self.name}: {option} must be {wanted}")


@dataclass(frozen=True, slots=True)
class Personality:
    """A way in which an exchange treats its customers.

    says: one line, for people. options: name -> default, as text. put_on: changes a sandbox once, before it is asked
    anything; raises PersonalityError.
    """

    name: str
    says: str
    put_on: Callable[[Sandbox, Given], None]
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def usage(self) -> str:
        """Its name with its options and their defaults: `flapping-2008:seed=1,step=1h`."""
        given = ",".join(f"{option}={default}" for option, default in self.options.items())
        return f"{self.name}:{given}" if given else self.name


def shift_clock(sandbox: Sandbox, given: Given, by_ms: int) -> None:
    """Let the exchange judge by another time; its time endpoints show it, unless it is `hidden`."""
    if given.flag("hidden"):
        sandbox.judging_shift_ms += by_ms
    else:
        sandbox.clock_shift_ms += by_ms
