"""What may be said of a request of which a part was not seen: nothing that follows from the absence of that part.

The engine judges a whole request. Here its findings are held against what the text could show.
"""

from typing import Final

from msgspec import structs

from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending.corrected import Corrected, corrected
from proxy.core.diagnosis.refusals import by_code
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.diagnosis.verdicts.signature_refused import NOT_FOUND, OTHER_SECRET
from proxy.core.findings import Diagnosis, Finding, SignatureState, Strength, Verdict
from proxy.explain.absence import RULES, says_the_same, unproven
from proxy.explain.filled import Filled
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.hidden import is_hidden_key, is_refuted
from proxy.explain.shortened import SHORTENED, WRAPPED

_ENDPOINT: Final = ("host-", "param-", "place-", "c2c-", "ts-", "header-")
_PARAMETERS: Final = frozenset(
    {"ts-missing", "place-signature-missing", "param-mandatory-missing", "param-not-required"}
)
_SIGNATURE: Final = frozenset({"place-signature-missing", "alg-truncated", "alg-signature-not-hex"})
_KEY_MISSING: Final = "header-apikey-missing"
_KEY_FORM: Final = frozenset({"key-placeholder-or-undefined", "key-format-whitespace-or-quotes"})
_MORE_WAS_SIGNED: Final = frozenset(
    {
        "scope-param-dropped-after-signing", "scope-only-body-signed", "scope-empty-string-signed",
        "scope-form-body-not-signed",
    }
)  # fmt: skip
"""Rules of which part of the request was signed."""
_METHOD: Final = frozenset({"host-wrong-method", "place-get-with-body", "place-body-where-query-required"})
_VALUES: Final = frozenset({"ts-recvwindow-malformed", "param-enum-case"})
_OF_A_VALUE: Final = frozenset({-1100, -1102, -1115, -1116, -1117, -1130, -1131})
"""With these the exchange complains of a value itself."""
_UNPROVEN: Final = frozenset({"secret-of-another-key", "secret-of-other-account"})
BODY: Final = (
    "The body is not in the text, and it is a part of what is signed: whether the signature fits cannot be said."
    " Give the request with its body."
)
UNSEEN: Final = "a part of the request is not in the text"
ENDS: Final = (
    "A part of the parameters is not in the text, so whether the signature fits cannot be said. Give the request as"
    " it went out."
)
KEYLESS: Final = "No secret was given"
"""How a note begins that asks for the secret, which does not help where the text hides what was signed."""
HIDDEN: Final = (
    "A value is hidden in the text, so whether the signature fits cannot be said. Give the request as it went out, on"
    " your own machine: nothing is sent."
)


def bounded(diagnosis: Diagnosis, judged: Filled, observation: Observation) -> Diagnosis:
    """The diagnosis without what was only not seen. A finding that the answer itself confirms stays likely.
    `observation` is what it was made from: the request as it should be has no mend for what may be right."""
    seen = judged.seen
    if not (seen.unseen or _is_torn(seen) or any(one.rule in RULES for one in diagnosis.findings)):
        return diagnosis
    findings = [_bounded(one, seen) for one in diagnosis.findings if not _refuted(one, judged)]
    findings = [*_of_the_key(seen, findings), *(one for one in findings if not _unsupported(one, seen))]
    notes = diagnosis.notes
    signature = diagnosis.signature
    open_part = seen.unseen & {Part.BODY, Part.PARAMETERS, Part.SIGNATURE, Part.VALUE}
    explained = any(one.proof is not None and one.strength is Strength.PROVEN for one in findings)
    if open_part and signature in (SignatureState.INVALID, SignatureState.ABSENT) and not explained:
        signature = SignatureState.UNCHECKED
        findings = [one for one in findings if one.rule not in _UNPROVEN]
        searched = [note for note in notes if note != OTHER_SECRET and not note.startswith(NOT_FOUND)]
        notes = (_why_open(open_part), *searched)
    if Part.VALUE in seen.unseen and signature is SignatureState.UNCHECKED:
        notes = tuple(dict.fromkeys(HIDDEN if note.startswith(KEYLESS) else note for note in notes))
    answer = read_answer(seen.answer)
    named = named_parameters(answer.message) if answer else frozenset()
    kept = sorted(findings, key=lambda one: (_ORDER.index(one.strength), not _names(one, named)))
    mistaken = any(one.strength is not Strength.POSSIBLE for one in kept)
    verdict = Verdict.MISTAKEN if mistaken else diagnosis.verdict
    if not mistaken and verdict is Verdict.MISTAKEN:
        verdict = Verdict.UNKNOWN
    remedy = Corrected()
    if mistaken:
        remedy = (
            Corrected(left_out=UNSEEN) if open_part else corrected(ParsedRequest(observation), tuple(kept))
        )
    return structs.replace(
        diagnosis,
        findings=tuple(kept),
        notes=notes,
        signature=signature,
        verdict=verdict,
        corrected=remedy.text,
        left_out=remedy.left_out,
    )


def _of_the_key(seen: SeenRequest, findings: list[Finding]) -> list[Finding]:
    """What may be wrong with a key that the text does not show, where the exchange complains of its form. It looks at
    the key before the parameters, so these come first."""
    answer = read_answer(seen.answer)
    shown = seen.key_seen and seen.request.header(b"x-mbx-apikey") is not None
    if answer is None or answer.code != _MALFORMED_KEY or shown or seen.headers_seen:
        return []
    known = {one.rule for one in findings}
    return [
        Finding(rule, Strength.POSSIBLE, text.says, text.remedy)
        for rule in by_code.rules_for(str(_MALFORMED_KEY))[:_COMMONEST]
        if rule not in known
        for text in (rules.texts()[rule],)
    ]


def _unsupported(finding: Finding, seen: SeenRequest) -> bool:
    """Whether a paste without the parameters is all that a missing one rests on, and the exchange complains of
    something else."""
    answer = read_answer(seen.answer)
    return (
        finding.strength is Strength.POSSIBLE
        and finding.rule in _PARAMETERS
        and Part.PARAMETERS in seen.unseen
        and answer is not None
        and answer.code is not None
        and not (answer.code in _OF_PARAMETERS and says_the_same(finding.rule, answer))
    )


_MALFORMED_KEY: Final = -2014
_COMMONEST: Final = 3
_OF_PARAMETERS: Final = frozenset({-1102, -1105})
_ORDER: Final = (Strength.PROVEN, Strength.LIKELY, Strength.POSSIBLE)


def _why_open(parts: frozenset[Part]) -> str:
    """Why it cannot be said whether the signature fits."""
    if Part.BODY in parts:
        return BODY
    return ENDS if Part.PARAMETERS in parts else HIDDEN


def _refuted(finding: Finding, judged: Filled) -> bool:
    return is_refuted(finding.rule, judged.seen) or judged.speaks_of_fill(finding)


def _names(finding: Finding, named: frozenset[str]) -> bool:
    """Whether it speaks of the parameter that the exchange's sentence names."""
    return any(name == "missing" and value in named for name, value in finding.facts)


def _bounded(finding: Finding, seen: SeenRequest) -> Finding:
    torn = finding.strength is Strength.PROVEN and (_is_torn(seen) or _may_be_a_rest(finding, seen))
    if torn or unproven(finding, seen):
        finding = structs.replace(finding, strength=Strength.LIKELY)
    if finding.rule == _KEY_MISSING and _has_read_the_key(seen):
        return structs.replace(finding, strength=Strength.POSSIBLE)
    if finding.rule in _KEY_FORM and (_has_read_the_key(seen) or is_hidden_key(seen)):
        return structs.replace(finding, strength=Strength.POSSIBLE)
    if finding.strength is Strength.POSSIBLE or not _depends(finding.rule, seen.unseen):
        return finding
    weaker = Strength.LIKELY if _confirmed(finding, seen) else Strength.POSSIBLE
    return structs.replace(finding, strength=weaker)


def _is_torn(seen: SeenRequest) -> bool:
    """Whether the parameters were put together from pieces: what looks like a mistake may stand at a seam."""
    return SHORTENED in seen.remarks or WRAPPED in seen.remarks


def _may_be_a_rest(finding: Finding, seen: SeenRequest) -> bool:
    """Whether what is wrong may be the end of a cut text: the rest of a value with what stood behind it, or a form of
    another request whose method is not there."""
    if finding.rule == "scope-form-body-not-signed":
        return Part.METHOD in seen.unseen
    answer = read_answer(seen.answer)
    refused = answer is not None and answer.code in _OF_A_VALUE
    return finding.rule in _VALUES and Part.PARAMETERS in seen.unseen and not refused


def _has_read_the_key(seen: SeenRequest) -> bool:
    """Whether the exchange looked at a signature: it does so for a known key only, so one was sent."""
    answer = read_answer(seen.answer)
    return answer is not None and answer.code == -1022


def _depends(rule: str, unseen: frozenset[Part]) -> bool:
    """Whether a finding of this rule rests on what was not seen."""
    if Part.PATH in unseen and rule.startswith(_ENDPOINT):
        return True
    if Part.METHOD in unseen and (rule in _METHOD or rule == "param-mandatory-missing"):
        return True
    if unseen & {Part.BODY, Part.PARAMETERS} and (rule in _PARAMETERS or rule in _MORE_WAS_SIGNED):
        return True
    if Part.PARAMETERS in unseen and rule in _SIGNATURE:
        return True
    return Part.SIGNATURE in unseen and rule in _SIGNATURE


def _confirmed(finding: Finding, seen: SeenRequest) -> bool:
    """Whether the exchange said the same: its answer to a call without a parameter, or with a wrong method."""
    answer = read_answer(seen.answer)
    if answer is None or not isinstance(answer.code, int):
        return False
    named = {"ts-missing": "timestamp", "place-signature-missing": "signature"}.get(finding.rule)
    if named is not None:
        return answer.code in (-1102, -1105) and named in answer.message
    return finding.rule in _METHOD and answer.code in (-1101, -1104, -5000)
