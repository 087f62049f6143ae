"""What has changed since a moment: each endpoint before it and from it on."""

from collections.abc import Sequence

import msgspec

from proxy.audit.matrix import Row, matrix
from proxy.audit.run import Run


class Change(msgspec.Struct, frozen=True):
    """`before` or `after` is None where the endpoint was not asked then."""

    endpoint: str
    before: Row | None
    after: Row | None

    @property
    def is_one(self) -> bool:
        """Whether it works better or worse, or fails by other codes, than before."""
        if self.before is None or self.after is None:
            return False
        codes = ({name for name, _ in row.failures} for row in (self.before, self.after))
        shares = (
            row.works * other.asked for row, other in ((self.before, self.after), (self.after, self.before))
        )
        return len(set(map(frozenset, codes))) > 1 or len(set(shares)) > 1


def changes(runs: Sequence[Run], moment_ms: int) -> tuple[Change, ...]:
    """Of runs of one set and account, oldest first; every endpoint that was asked, changed or not."""
    sides = [
        {row.endpoint: row for row in matrix(part).rows if row.asked} if part else {}
        for part in (
            [run for run in runs if run.began_ms < moment_ms],
            [run for run in runs if run.began_ms >= moment_ms],
        )
    ]
    before, after = sides
    return tuple(Change(name, before.get(name), after.get(name)) for name in dict.fromkeys((*after, *before)))
