"""5xx, -1001, -1006, -1007 and -1008: the fault is at the exchange, and the outcome may be unknown."""

from typing import Final

from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, RuleText, Verdict, possible


def applies(request: ParsedRequest) -> bool:
    status = request.answer.status if request.answer else 0
    return (
        status >= 500 or request.answered(-1001, -1006, -1007) or (status != 429 and request.answered(-1008))
    )


def judge(case: Case) -> Opinion:
    request = case.request
    notes = ["This is not a mistake of the request."] if not case.found else []
    writes = request.endpoint.mutates if request.endpoint else request.method != "GET"
    if writes and not request.answered(-1008):
        notes.append(
            "Whether it was carried out is unknown: look the order or transfer up before sending it again."
        )
    return Opinion(possible("exchange-outcome-unknown"), tuple(notes))


TEXTS: Final = (
    RuleText(
        rule="exchange-outcome-unknown",
        says="The exchange failed to answer properly; whether it carried the request out is unknown.",
        why="A 5xx, -1006 or -1007 says that the back-end did not answer in time. The order may exist.",
        see="HTTP 5xx, or 408 on futures.",
        remedy="Reads: retry after a while. Writes: look them up by client id before any repeat.",
        example="GET /api/v3/order?symbol=BTCUSDT&origClientOrderId=bot-000123",
    ),
)

VERDICT = Verdict(name="server-side", about=TEXTS, applies=applies, judge=judge)
