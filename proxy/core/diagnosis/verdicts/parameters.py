"""-1100 to -1130 and -1121: the exchange read the request and did not like a parameter."""

import re
from typing import Final

from proxy.core.diagnosis.examination.answer import Answer
from proxy.core.diagnosis.refusals.broken_filter import refusal_seen, unexplained
from proxy.core.diagnosis.refusals.legal_range import departure_from
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    PROVEN,
    Case,
    Named,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
)

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

_UNNAMED: Final = (
    "Binance does not name the parameter: look for an empty value, a comma, an exponent, quotation marks or a word"
    " such as None among the values, and leave out half of the optional ones to find it."
)


def applies(request: ParsedRequest) -> bool:
    return request.answer is not None and request.answer.code in _RULES


def judge(case: Case) -> Opinion:
    request, answer = case.request, case.request.answer
    if case.explained or answer is None or not isinstance(answer.code, int):
        return Opinion()
    if answer.code == -1111:
        return _too_precise(request, answer)
    blamed = sorted(named_parameters(answer.message))
    if not blamed or not answer.message:
        seen = Sighting(LIKELY, remedy=_UNNAMED) if answer.code == -1100 else Sighting(LIKELY)
        return Opinion(((_RULES[answer.code], seen),))
    name = blamed[0]
    if name == "ip":
        return Opinion((("transport-ip-version", Sighting(LIKELY)),))
    value = _value(request, name)
    if value is None:
        return _not_sent(answer.code, name)
    return Opinion((_sent(answer, name, value),))


def _too_precise(request: ParsedRequest, answer: Answer) -> Opinion:
    """-1111 does not say which step it is, and futures do not say which number."""
    rule = _RULES[-1111]
    blamed = sorted(named_parameters(answer.message)) or ["price", "quantity"]
    names = [name for name in blamed if request.param(name) is not None]
    facts = (("parameter", ", ".join(names)),) if names else ()
    return Opinion(((rule, refusal_seen(rule, facts, request)),), unexplained(rule, request))


def _value(request: ParsedRequest, name: str) -> str | None:
    """The value that travelled, as text; None where there is none of this name. `params` have no signatures."""
    if name == "signature" and request.signature is not None:
        return request.signature.text.decode("latin-1")
    param = request.param(name)
    if param is not None:
        return param.value
    return str(request.json_fields[name]) if name in request.json_fields else None


def _not_sent(code: int, name: str) -> Opinion:
    """Nothing that was not sent has a wrong value."""
    if code in (-1102, -1105):
        missing = Sighting(
            LIKELY,
            (("missing", name),),
            says=f"The parameter {name} is needed here and was not sent.",
            remedy=f"Add {name} before signing.",
        )
        return Opinion((("param-mandatory-missing", missing),))
    hidden = (
        f"Binance names the parameter {name}, which is not among those at hand: it stands in a part of the"
        " request that was not given, or the client library adds it."
    )
    return Opinion(notes=(hidden,))


def _sent(answer: Answer, name: str, value: str) -> Named:
    code, facts = answer.code, (("parameter", name),)
    if code == -1102 or (code == -1105 and value):
        unread = Sighting(
            LIKELY,
            facts,
            says=f"The parameter {name} was sent, but Binance could not read it.",
            remedy=f"Look at the value of {name}, and at its place: query or form, with the Content-Type of a form.",
        )
        return "param-not-read", unread
    if code == -1130 and re.fullmatch(r"[0-9]{1,9}", value):
        large = Sighting(
            LIKELY,
            facts,
            says=f"{name} is a number of the right form: it is probably too large or too small, above or below what"
            " this endpoint takes.",
            remedy=f"Try {name}={'100' if name == 'limit' else 'a smaller number'}, or leave it out for the default.",
        )
        return "param-out-of-range", large
    if code in (-1100, -1130):
        return "param-illegal-characters", _wrong_form(answer.message, name, value)
    return _RULES[code] if isinstance(code, int) else "param-illegal-characters", Sighting(LIKELY, facts)


def _wrong_form(message: str, name: str, value: str) -> Sighting:
    """What is wrong with this value, by the legal range that the answer states."""
    wrong = departure_from(message, value)
    if wrong is None:
        return Sighting(LIKELY, (("parameter", name),), remedy=f"Correct the value of {name}.")
    return Sighting(
        PROVEN,
        (("parameter", name),),
        says=f"The value of {name} {wrong.what}.",
        remedy=f"{wrong.instead.format(name=name)}",
    )


TEXTS: Final = (
    RuleText(
        rule="param-illegal-characters",
        says="A parameter has a value of the wrong form.",
        why="The value does not match the pattern that Binance states in its answer.",
        see="The answer names the parameter and its legal range.",
        remedy="Correct the value of the parameter that the answer names.",
    ),
    RuleText(
        rule="param-too-many",
        says="More parameters were sent than this endpoint takes, or one of them twice.",
        why="The caller and a library both added it, or the HTTP method belongs to another call.",
        see="The answer names both numbers.",
        remedy="Send every documented parameter once; check the HTTP method.",
    ),
    RuleText(
        rule="param-not-read",
        says="A parameter was sent, but Binance could not read it.",
        why="-1102 is also the answer to a malformed value, and to one that stands in the wrong place.",
        see="The parameter that -1102 names is in the request.",
        remedy="Look at its value, and move it to the query or to a form with the Content-Type of a form.",
    ),
    RuleText(
        rule="transport-ip-version",
        says="The request left over IPv6, and this service reads IPv4 addresses only.",
        why="Binance checks the address that a request comes from; some services take the four numbers of IPv4 only.",
        see="The answer complains about a parameter 'ip' that nobody sent.",
        remedy="Send the request over IPv4, and put the IPv4 address on the key's list.",
        example="curl -4 https://api.binance.com/api/v3/time",
    ),
    RuleText(
        rule="param-too-precise",
        says="A number has more decimals than the symbol or asset allows.",
        why="Float noise, or a step size that was not looked up.",
        see="exchangeInfo: stepSize and tickSize.",
        remedy=("Round the number down to the step of the symbol (tickSize, stepSize) with Decimal."),
    ),
    RuleText(
        rule="param-symbol-unknown",
        says="The symbol is not known on this host.",
        why="A spot symbol on a futures host, a pair the testnet lacks, another notation, or delisted.",
        see="exchangeInfo of the same host.",
        remedy="Look the symbol up with GET exchangeInfo of the same host.",
    ),
)

VERDICT = Verdict(name="parameters", about=TEXTS, applies=applies, judge=judge)
