"""The timestamp was signed in another unit or form than it was sent: seconds and milliseconds."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.wire import pair_name


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    for i, pair in enumerate(candidate.pairs):
        stamp = pair.partition(b"=")[2]
        if pair_name(pair) == b"timestamp" and stamp.isdigit() and len(stamp) <= 20:
            for text in _spellings(int(stamp)):
                yield candidate.replaced(i, b"timestamp=" + text.encode())
            return


def _spellings(stamp: int) -> tuple[str, ...]:
    seconds = stamp // 1000
    return (
        str(seconds), str(stamp * 1000), str(stamp * 10**6), str(stamp // 10**6), str(seconds * 1000),
        f"{stamp}.0", f"{seconds}.{stamp % 1000:03d}", str(stamp / 1000), f"{stamp:,}", f"{float(stamp):E}",
        f"{stamp}.000", str(-(-stamp // 1000)), f"{float(stamp):e}", str(seconds * 1000 + 1000), f'"{stamp}"',
    )  # fmt: skip


RULE = PairsRule(
    about=RuleText(
        rule="time-unit-differs",
        says="The timestamp was signed in another unit or format than it was sent.",
        why=(
            "Seconds, microseconds or a decimal number were signed and the URL carries milliseconds, or "
            "the reverse."
        ),
        see="The digits of the two timestamps differ in number.",
        remedy="Compute the timestamp once, as whole milliseconds, and use that text in both places.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    axis=Axis.TIME,
    candidates=candidates,
    size=15,
    composed=15,
    usual=6,
    alike=frozenset({"scope-timestamp-taken-twice"}),
)
