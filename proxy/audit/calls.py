"""Calls together: groups of them with their control calls, and sets of groups."""

from typing import Final

import msgspec

from proxy.audit.run import Section
from proxy.probing.call import Call

ASSUMED_WEIGHT: Final = 1
"""Of a call whose weight nobody documents: that of the one P2P call that is documented."""


class Group(msgspec.Struct, frozen=True):
    """Calls of one kind, and the control calls that show whether the key works elsewhere in the same seconds."""

    name: str
    controls: tuple[Call, ...]
    calls: tuple[Call, ...]

    @property
    def stages(self) -> tuple[tuple[Call, ...], ...]:
        """As they are asked: a control, the calls, the other controls; each stage when the one before has ended.

        A key can be deleted between a call and the next; one that works before and after was there meanwhile.
        """
        return self.controls[:1], self.calls, self.controls[1:]


class CallSet(msgspec.Struct, frozen=True):
    """What one sweep asks."""

    name: str
    groups: tuple[Group, ...]

    @property
    def calls(self) -> tuple[Call, ...]:
        """Controls and calls, in the order in which they are asked."""
        return tuple(call for group in self.groups for stage in group.stages for call in stage)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The groups by the names of their endpoints, as a run has them."""
        return tuple(
            Section(
                group.name,
                tuple(call.name for call in group.controls),
                tuple(call.name for call in group.calls),
            )
            for group in self.groups
        )

    @property
    def weight(self) -> int:
        """What a sweep weighs: as documented, and `ASSUMED_WEIGHT` where nothing is."""
        weights = (call.documented_weight for call in self.calls)
        return sum(ASSUMED_WEIGHT if weight is None else weight for weight in weights)

    @property
    def undocumented(self) -> int:
        """How many of its calls have no documented weight."""
        return sum(call.documented_weight is None for call in self.calls)
