"""WebSocket API: the values were percent-encoded before signing."""

from collections.abc import Iterator
from functools import partial

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import UNRESERVED, escape


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if not request.websocket:
        return
    for kept, plus, lower in _STYLES:
        yield candidate.map(partial(_encoded, kept=kept, plus=plus, lower=lower))


_STYLES = (
    (UNRESERVED, False, False), (UNRESERVED, True, False), (UNRESERVED | frozenset(b"!*'()"), False, False),
    (UNRESERVED | frozenset(b"/"), False, False), (UNRESERVED | frozenset(b"@:/,[]"), False, False),
    (UNRESERVED, False, True),
)  # fmt: skip


def _encoded(pair: bytes, kept: frozenset[int], plus: bool, lower: bool) -> bytes:
    name, sign, value = pair.partition(b"=")
    return name + sign + escape(value, kept, plus=plus, lower=lower)


RULE = PairsRule(
    about=RuleText(
        rule="ws-percent-encoded",
        says="The params of the WebSocket request were percent-encoded before signing.",
        why=(
            "REST signs encoded text, the WebSocket API raw UTF-8. For plain ASCII values there is no "
            "difference, for others -1022."
        ),
        see="%XX in the signed text while the frame holds the plain characters.",
        remedy="On the WebSocket API sign the values as they read in the JSON text.",
        example="payload = 'symbol=\\u5e01\\u5b89\\u4eba\\u751fUSDT&timestamp=...'",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=6,
    composed=6,
    alike=frozenset({"enc-safe-characters-differ"}),
)
