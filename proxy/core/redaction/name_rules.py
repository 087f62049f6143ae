"""What to do with a value of a given name: decided once for each name, since the same names come all day.

A name has one rule for each location (query and form, answer, headers), because the keep lists differ.
"""

import re
from typing import Final

from proxy.core.catalogue.fields import Where, shape_of
from proxy.core.catalogue.shapes import LONGEST_RUN, Shape
from proxy.core.redaction.classes import KEY_HEADER, kind_of
from proxy.core.redaction.names import presentable

_MOST_NAMES: Final = 4096
_MOST_CLEAR: Final = 64
_NEVER: Final = re.compile(r"(?!)")


class NameRule:
    """What is done with the values of one name in one location."""

    __slots__ = ("clear", "false", "key", "kind", "matches", "name", "shape", "shown", "true")

    def __init__(self, name: str, where: Where) -> None:
        self.name = name
        self.key = hash((name, where))
        """Equal for all rules of this name in this location, and for no others: memos use it as their key."""
        self.shape: Shape | None = shape_of(name, where=where)
        self.matches = (self.shape.pattern if self.shape else _NEVER).fullmatch
        self.kind = kind_of(name)
        octets = name.encode("utf-8", "surrogatepass")
        known = where is Where.REQUEST_HEADER and KEY_HEADER.fullmatch(name) is not None
        self.shown: str | None = name if known or (name.isascii() and presentable(octets)) else None
        """The name as it may be shown; None where it must not be."""
        self.true: bool | str = self.admits("true") or "<bool>"
        self.false: bool | str = False if self.admits("false") else "<bool>"
        """The two values that need no octets of anybody's."""
        self.clear: set[str | int] = set()
        """Some values that may be shown, at most 64: the same ones come again. To be read only."""

    def admits(self, value: str) -> bool:
        """The catalogue's `is_clear`, without counting letters where there cannot be too many."""
        if len(value) <= LONGEST_RUN:
            return self.matches(value) is not None
        return self.shape is not None and self.shape.admits(value)

    def remember_clear(self, value: str | int) -> None:
        """Remember a value that the rule admits."""
        if len(self.clear) >= _MOST_CLEAR:
            self.clear.clear()
        self.clear.add(value)


class Location:
    """Where values stand, with the rules for the names met there so far. All of them are listed below."""

    __slots__ = ("rules", "where")

    def __init__(self, where: Where) -> None:
        self.where = where
        self.rules: dict[str, NameRule] = {}
        """The rules made so far, of names that may be shown. To be read only, where `rule` costs too much."""

    def rule(self, name: str) -> NameRule:
        """The rule for a name."""
        rule = self.rules.get(name)
        if rule is None:
            rule = NameRule(name, self.where)
            if rule.shown is not None:  # an odd name may be somebody's number, and is not kept
                if len(self.rules) >= _MOST_NAMES:
                    self.rules.clear()
                self.rules[name] = rule
        return rule


PARAMETER: Final = Location(Where.PARAMETER)
RESPONSE: Final = Location(Where.RESPONSE)
C2C_PARAMETER: Final = Location(Where.C2C_PARAMETER)
C2C_RESPONSE: Final = Location(Where.C2C_RESPONSE)
REQUEST_HEADER: Final = Location(Where.REQUEST_HEADER)
RESPONSE_HEADER: Final = Location(Where.RESPONSE_HEADER)
