"""What to do with a value of a given name: decided once for each name, since the same names come all day."""

import re
from typing import Final

from proxy.core.catalogue.fields import Where, shape_of
from proxy.core.catalogue.shapes import LONGEST_RUN, Shape
from proxy.core.redaction.classes import kind_of
from proxy.core.redaction.names import presentable

_MOST_NAMES: Final = 4096
_MOST_CLEAR: Final = 64
_NEVER: Final = re.compile(r"(?!)")


class Plan:
    """The decisions about one name in one place."""

    __slots__ = ("clear", "false", "key", "kind", "matches", "name", "shape", "shown", "true")

    def __init__(self, name: str, where: Where) -> None:
        self.name = name
        self.key = hash((name, where))
        """The same for each plan of this name in this place, and for no other's; what is remembered goes by it."""
        self.shape: Shape | None = shape_of(name, where=where)
        self.matches = (self.shape.pattern if self.shape else _NEVER).fullmatch
        self.kind = kind_of(name)
        octets = name.encode("utf-8", "surrogatepass")
        self.shown: str | None = name if name.isascii() and presentable(octets) else None
        """The name as it may be shown; None where it must not be."""
        self.true: bool | str = self.admits("true") or "<bool>"
        self.false: bool | str = False if self.admits("false") else "<bool>"
        """The two values that need no octets of anybody's."""
        self.clear: set[str | int] = set()
        """Some values that were found clear; at most 64, for the same ones come again. To be read only."""

    def admits(self, value: str) -> bool:
        """The catalogue's `is_clear`, without counting letters where there cannot be too many."""
        if len(value) <= LONGEST_RUN:
            return self.matches(value) is not None
        return self.shape is not None and self.shape.admits(value)

    def found_clear(self, value: str | int) -> None:
        """Remember a value that the plan admits."""
        if len(self.clear) >= _MOST_CLEAR:
            self.clear.clear()
        self.clear.add(value)


class Place:
    """Where values stand, with the plans for the names met there so far. There is one of each, see below."""

    __slots__ = ("plans", "where")

    def __init__(self, where: Where) -> None:
        self.where = where
        self.plans: dict[str, Plan] = {}
        """Made so far, for names that may be shown; to be read only, where a call of `plan` costs too much."""

    def plan(self, name: str) -> Plan:
        """The plan for a name."""
        plan = self.plans.get(name)
        if plan is None:
            plan = Plan(name, self.where)
            if plan.shown is not None:  # an odd name may be somebody's number, and is not kept
                if len(self.plans) >= _MOST_NAMES:
                    self.plans.clear()
                self.plans[name] = plan
        return plan


PARAMETER: Final = Place(Where.PARAMETER)
RESPONSE: Final = Place(Where.RESPONSE)
C2C_PARAMETER: Final = Place(Where.C2C_PARAMETER)
C2C_RESPONSE: Final = Place(Where.C2C_RESPONSE)
REQUEST_HEADER: Final = Place(Where.REQUEST_HEADER)
RESPONSE_HEADER: Final = Place(Where.RESPONSE_HEADER)
