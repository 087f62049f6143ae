"""The recipe of Binance Pay: timestamp, nonce and body on lines."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import other_body, value_of


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    """`timestamp LF nonce LF body LF`, as the Pay page "Authentication" has it; some leave the last LF away."""
    stamp = value_of(candidate, b"timestamp") or request.raw.header(b"binancepay-timestamp") or b""
    nonce = request.raw.header(b"binancepay-nonce") or value_of(candidate, b"nonce")
    bodies = dict.fromkeys((candidate.form_text or other_body(request), candidate.query_text))
    for body in bodies:
        for lines in dict.fromkeys(((stamp, nonce, body), (stamp, body))):
            text = b"\n".join(lines)
            yield text + b"\n"
            yield text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-pay-recipe",
        says="Timestamp, nonce and body were signed on lines, as Binance Pay asks for.",
        why=(
            "The merchant API of Binance Pay has a scheme of its own: those lines, HMAC-SHA512, and BinancePay-"
            " headers. /api, /sapi and the futures know nothing of it."
        ),
        see="The signed text contains line breaks; the code has a nonce, or BinancePay- headers.",
        remedy="Sign the query, followed by the form body, with HMAC-SHA256, and send it as the parameter signature.",
        example="payload = 'recvWindow=5000&timestamp=1700000000000'; X-MBX-APIKEY: <key>",
    ),
    texts=texts,
    size=8,
    composed=8,
)
