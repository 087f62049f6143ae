"""-1100 to -1130 and -1121: the exchange read the request and did not like a parameter."""

import re
from typing import Final

from proxy.core.diagnosis.names import KNOWN_NAMES
from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
)

_QUOTED: Final = re.compile(r"'([A-Za-z]{2,40})'")
_RULES: Final[dict[int, str]] = {
    -1100: "param-illegal-characters",
    -1101: "param-too-many",
    -1102: "param-mandatory-missing",
    -1103: "param-unknown-name",
    -1104: "param-unknown-name",
    -1105: "param-empty-value",
    -1106: "param-not-required",
    -1111: "param-too-precise",
    -1114: "param-not-required",
    -1115: "param-word-not-known",
    -1116: "param-word-not-known",
    -1117: "param-word-not-known",
    -1121: "param-symbol-unknown",
    -1128: "param-not-required",
    -1130: "param-illegal-characters",
    -1135: "param-illegal-characters",
}


def applies(request: ParsedRequest) -> bool:
    return request.answer is not None and request.answer.code in _RULES


def judge(case: Case) -> Opinion:
    request = case.request
    notes = ("Your signature is correct; look at the parameters.",) if case.right else ()
    if case.explained or request.answer is None or not isinstance(request.answer.code, int):
        return Opinion(notes=notes)
    named = next((name for name in _QUOTED.findall(request.answer.message) if name in KNOWN_NAMES), None)
    facts = (("parameter", named),) if named else ()
    if request.answer.code == -1102 and named and request.param(named) is not None:
        seen = "The parameter was sent, so it stands where this endpoint does not look, or its value cannot be read."
        return Opinion((("param-mandatory-missing", Sighting(LIKELY, facts)),), (*notes, seen))
    return Opinion(((_RULES[request.answer.code], Sighting(LIKELY, facts)),), notes)


TEXTS: Final = (
    RuleText(
        rule="param-illegal-characters",
        says="A parameter has a value of the wrong form.",
        why="The value does not match the pattern that Binance states in its answer.",
        see="The answer names the parameter and its legal range.",
        remedy="Fix that one value; write numbers as plain text without exponent.",
    ),
    RuleText(
        rule="param-too-many",
        says="More parameters were sent than this endpoint takes, or one of them twice.",
        why="The caller and a library both added it, or the HTTP method belongs to another call.",
        see="The answer names both numbers.",
        remedy="Send every documented parameter once; check the HTTP method.",
    ),
    RuleText(
        rule="param-not-required",
        says="A parameter was sent that this combination does not allow.",
        why="timeInForce or price on a MARKET order, startTime together with fromId.",
        see="The answer names the parameter.",
        remedy="Leave it out.",
    ),
    RuleText(
        rule="param-too-precise",
        says="A number has more decimals than the symbol or asset allows.",
        why="Float noise, or a step size that was not looked up.",
        see="exchangeInfo: stepSize and tickSize.",
        remedy="Round to the step with decimal arithmetic.",
    ),
    RuleText(
        rule="param-word-not-known",
        says="A side, order type or time in force is not one that Binance knows.",
        why="Lower case, a misspelling, or a word of another product.",
        see="side, type and timeInForce of the request.",
        remedy="Use the documented upper-case word.",
    ),
    RuleText(
        rule="param-symbol-unknown",
        says="The symbol is not known on this host.",
        why="A spot symbol on a futures host, a pair the testnet lacks, another notation, or delisted.",
        see="exchangeInfo of the same host.",
        remedy="Look the symbol up in exchangeInfo of the same host.",
    ),
)

VERDICT = Verdict(name="parameters", about=TEXTS, applies=applies, judge=judge)
