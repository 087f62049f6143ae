"""Conclusions from what is not there.

A person may cut a paste anywhere, and a line that was taken out leaves no trace: so such a conclusion is proven only
where the exchange says the same, or where the text is a file of a program.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from proxy.core.diagnosis.examination.answer import Answer, read_answer
from proxy.core.findings import Finding, Strength
from proxy.explain.found_request import SeenRequest

_MISSING: Final = frozenset({-1102, -1105})
_KEY: Final = frozenset({-2014, -2015, -2008})
_FORM: Final = frozenset({-1100})

_PARTS: Final[Mapping[str, tuple[frozenset[int], str]]] = MappingProxyType(
    {
        # a line of the head
        "header-apikey-missing": (_KEY | {-1002}, ""),
        "header-clienttype-missing": (frozenset({-9000, -31002}), ""),
        "place-form-with-wrong-content-type": (_MISSING, ""),
        "place-json-with-wrong-content-type": (_MISSING | {-1000, -9000, -31002}, ""),
        # a parameter
        "ts-missing": (_MISSING, "timestamp"),
        "place-signature-missing": (_MISSING, "signature"),
        "param-mandatory-missing": (_MISSING | {-1115, -1116, -1117}, ""),
        "ws-apikey-missing": (_MISSING, "apiKey"),
        "scope-param-dropped-after-signing": (frozenset(), ""),
        "scope-only-body-signed": (frozenset(), ""),
        "scope-empty-string-signed": (frozenset(), ""),
        # the method
        "host-wrong-method": (frozenset({-1101, -1102, -1104, -1106, -5000}), ""),
        "place-get-with-body": (frozenset(), ""),
        # the rest of a value: what is left is the beginning of a right one
        "alg-truncated": (_FORM, "signature"),
        "alg-signature-not-hex": (_FORM, "signature"),
        "alg-leading-zeros-lost": (_FORM, "signature"),
        "host-double-slash": (frozenset(), ""),
        "ts-seconds": (_FORM | {-1021}, ""),
        "ts-fractional": (_FORM | _MISSING | {-1021}, ""),
        "ts-not-a-number": (_FORM | _MISSING | {-1021}, ""),
        "key-format-whitespace-or-quotes": (_KEY, ""),
        "key-placeholder-or-undefined": (_KEY, ""),
        "param-empty-value": (_FORM | _MISSING, ""),
        "param-decimal-comma": (_FORM | {-1013, -1111}, ""),
        "param-symbol-format": (_FORM | _MISSING | {-1121}, ""),
        # what a paste gains where lines were joined or text follows at once
        "alg-hex-decorated": (_FORM, "signature"),
        "param-client-order-id": (_FORM | {-4015}, ""),
        "enc-blank-trimmed": (frozenset(), ""),
        "place-signature-twice": (frozenset({-1101}), ""),
        "secret-of-another-key": (frozenset(), ""),
    }
)
"""Rules that conclude from what a paste may have lost or gained, the codes with which the exchange says the same, and
the word that its text has to hold."""

_STATUSES: Final[Mapping[str, frozenset[int]]] = MappingProxyType(
    {
        "host-wrong-method": frozenset({404, 405}),
        "host-double-slash": frozenset({301, 302, 308, 403, 404}),
        "place-get-with-body": frozenset({403}),
    }
)
_PROGRAMS: Final = ("mitmproxy flow", "journal", "WebSocket")
RULES: Final = frozenset(_PARTS)


def unproven(finding: Finding, seen: SeenRequest) -> bool:
    """Whether a proven finding is only likely, because it rests on what may have been cut away."""
    if (
        finding.strength is not Strength.PROVEN
        or finding.rule not in _PARTS
        or seen.form.startswith(_PROGRAMS)
    ):
        return False
    answer = read_answer(seen.answer)
    return answer is None or not says_the_same(finding.rule, answer)


def says_the_same(rule: str, answer: Answer) -> bool:
    """Whether the exchange complains of what a rule of absence found."""
    codes, word = _PARTS[rule]
    told = not answer.message or word in answer.message
    return answer.status in _STATUSES.get(rule, ()) or (answer.code in codes and told)
