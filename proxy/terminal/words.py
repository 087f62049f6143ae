"""What the journal found, in the words that `logs` and the live view both use."""

from collections.abc import Iterator

from proxy.core.http.repairs import MENDED
from proxy.core.order_lookup import in_words
from proxy.core.redaction import ForeignOutcome
from proxy.core.redaction.foreign_record import ForeignFinding


def finding(one: ForeignFinding) -> Iterator[str]:
    """What is wrong, and what to do."""
    how_sure = "mended" if one.rule.is_one_of(MENDED) else one.strength.terminal()
    yield f"    {how_sure}: {one.says.terminal()} [{one.rule.terminal()}]"
    if one.remedy:
        yield f"      do this: {one.remedy.terminal()}"


def looked_up(found: ForeignOutcome) -> str:
    """What became of an unknown write."""
    words = found.outcome, found.reason, found.order_status
    return in_words(*(word.terminal() for word in words), looks=found.looks)
