"""The judgement on one request that was read: the engine's, or what the journal kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.engine import Examination, Limits, diagnose
from proxy.core.diagnosis.refusals import by_code
from proxy.core.findings import Diagnosis, Finding, SignatureState, Strength, Verdict
from proxy.core.foreign import Foreign
from proxy.core.http.repairs import MENDED
from proxy.core.redaction import ForeignFlow, ForeignIntent
from proxy.core.redaction.foreign_record import ForeignFinding, ForeignProof
from proxy.core.signing.known_key import KnownKey
from proxy.core.symbol_rules import Rules
from proxy.explain.filled import Filled, filled
from proxy.explain.found_request import SeenRequest
from proxy.explain.hidden import with_hidden
from proxy.explain.observation import concerns_binance, observation_of, signs_for_itself
from proxy.explain.readers.curl.command import CUT
from proxy.explain.status_alone import unexplained
from proxy.explain.unseen import KEYLESS, bounded

NOT_BINANCE: Final = "This is not a request to Binance."
AT_GATEWAY: Final = (
    "This request goes to the gateway, which signs it, so it needs no signature here. What Binance saw is in the"
    " journal."
)
RECORDED: Final = (
    "The journal keeps no values, so nothing was recomputed: findings are as proven when recorded."
)
MENDED_NOTE: Final = "Mended by the gateway before it signed: {} {}"
REFUSED: Final = "The gateway refused this request itself ({}); Binance never saw it."
UNANSWERED: Final = "No usable answer of Binance came ({}); it may have seen the request and executed it."
ASK: Final = "What {0} means, and its causes with the commonest first: signing-proxy explain {0}"
QUOTE: Final = "Put the whole URL in quotes: the shell took the & in it for the end of the command."
_CUT_OFF: Final = frozenset({"place-signature-missing", "ts-missing", "param-mandatory-missing"})
VARIANT: Final = (
    "curl writes percent escapes of -G and --url-query in lower case in some versions and keeps them in others;"
    " the signature is right for the request as it was typed."
)

_HIDDEN: Final = ("<name:", "<body:", "<more:")
"""Marks that stand for names: without them it cannot be said what is missing."""

WAY_IN: Final = (
    "Give it in a file of mode 0600 that BINANCE_API_SECRET_FILE names, or with its account in the"
    " configuration of the gateway."
)
"""How a secret is given to this verb."""

_SAID_TWICE: Final = frozenset({"The signature is right."})
"""In older records beside the sentence that says the same."""

_NO_SEARCH: Final = Limits(tried=0)
_ORDER: Final = (Strength.PROVEN, Strength.LIKELY, Strength.POSSIBLE)


@dataclass(frozen=True, slots=True)
class Explained:
    """A request and what is said about it. `recorded` holds the stored proofs by rule; the rules in it were
    concluded while the flow was live."""

    seen: SeenRequest
    diagnosis: Diagnosis
    account: str | None = None
    recorded: tuple[tuple[str, ForeignProof | None], ...] = ()

    def proof_recorded(self, rule: str) -> ForeignProof | None:
        return next((proof for name, proof in self.recorded if name == rule), None)

    def was_recorded(self, rule: str) -> bool:
        return any(name == rule for name, _ in self.recorded)


def explain(
    seen: SeenRequest,
    keys: tuple[KnownKey, ...],
    *,
    gateway: tuple[str, int] | None = None,
    limits: Limits | None = None,
    rules: Rules | None = None,
) -> Explained:
    """Judge one request with these keys, the likeliest first, and the rules of its symbol. Never raises."""
    limits = limits or Limits()
    if seen.record is not None:
        return _from_record(seen, seen.record, limits)
    account = keys[0].name if keys else None
    if seen.gaps:
        return Explained(seen, _unjudged(_missing(seen.gaps), *_ask_about_the_code(seen)))
    if not concerns_binance(seen):
        return Explained(seen, _unjudged(NOT_BINANCE))
    if signs_for_itself(seen, gateway):
        return Explained(seen, _unjudged(AT_GATEWAY))
    judged = _judged(with_hidden(seen), keys)
    seen = replace(judged.seen, request=seen.request)
    observation = structs.replace(
        observation_of(judged.seen, keys), rules={} if judged.names else rules or {}
    )
    diagnosis = diagnose(observation, limits=_NO_SEARCH if "signature" in judged.names else limits)
    diagnosis = bounded(diagnosis, judged, observation)
    diagnosis = _by_the_shell(_with_the_way_in(diagnosis), seen)
    if seen.fault is not None and diagnosis.verdict is Verdict.CORRECT:
        diagnosis = structs.replace(diagnosis, verdict=Verdict.UNKNOWN)  # the error is not explained by it
    diagnosis = structs.replace(diagnosis, notes=(*diagnosis.notes, *_more_about_the_answer(seen, diagnosis)))
    if seen.variant is not None and diagnosis.signature is SignatureState.INVALID and seen.answer is None:
        other = diagnose(observation_of(replace(seen, request=seen.variant), keys), limits=limits)
        if other.signature is SignatureState.VALID:
            return Explained(seen, structs.replace(other, notes=(*other.notes, VARIANT)), account)
    return Explained(seen, diagnosis, account)


def _with_the_way_in(diagnosis: Diagnosis) -> Diagnosis:
    """Where a secret would help, how this verb is given one."""
    notes = (f"{note} {WAY_IN}" if note.startswith(KEYLESS) else note for note in diagnosis.notes)
    return structs.replace(diagnosis, notes=tuple(notes))


def _judged(seen: SeenRequest, keys: tuple[KnownKey, ...]) -> Filled:
    """The request with values in the place of stand-ins; as it is where its signature shows that they were sent."""
    judged = filled(seen)
    if judged.names and "signature" not in judged.names:
        as_it_is = Examination(observation_of(seen, keys), _NO_SEARCH)
        while not as_it_is.has_looked:
            as_it_is.run_slice()
        if as_it_is.signature is SignatureState.VALID:
            return Filled(seen, frozenset())
    return judged


def _unjudged(*notes: str) -> Diagnosis:
    return Diagnosis(Verdict.UNKNOWN, SignatureState.UNCHECKED, notes=notes)


def _ask_about_the_code(seen: SeenRequest) -> tuple[str, ...]:
    """Where the request cannot be judged, the answer still can be asked about."""
    answer = read_answer(seen.answer)
    known = answer is not None and not answer.success and by_code.is_known(str(answer.code))
    return (ASK.format(answer.code),) if answer is not None and known else ()


def _more_about_the_answer(seen: SeenRequest, diagnosis: Diagnosis) -> tuple[str, ...]:
    """Where nothing was found that is more than possible: what the code means, or that the answer tells no code."""
    if any(one.strength is not Strength.POSSIBLE for one in diagnosis.findings):
        return ()
    return unexplained(seen.answer) or (
        _ask_about_the_code(seen) if diagnosis.signature is SignatureState.UNCHECKED else ()
    )


def _by_the_shell(diagnosis: Diagnosis, seen: SeenRequest) -> Diagnosis:
    """What is missing behind an `&` without quotes was typed all the same: the remedy is a pair of quotes."""
    if CUT not in seen.remarks:
        return diagnosis
    findings = tuple(
        structs.replace(one, remedy=QUOTE) if one.rule in _CUT_OFF else one for one in diagnosis.findings
    )
    return structs.replace(diagnosis, findings=findings)


def _missing(gaps: Sequence[str]) -> str:
    what = "; ".join(gaps[:6]) + (" and more" if len(gaps) > 6 else "")
    return (
        f"This cannot be judged, because the text does not hold what was sent: {what}. Give the request as it went"
        " out, for example from `curl -v`, a HAR or the gateway's journal."
    )


def _from_record(seen: SeenRequest, record: ForeignFlow | ForeignIntent, limits: Limits) -> Explained:
    if isinstance(record, ForeignIntent):
        return Explained(seen, _unjudged(RECORDED))
    stored = tuple(_finding(one) for one in record.findings if not one.rule.is_one_of(MENDED))
    shape = _from_shape(seen, record, frozenset(one.rule for one in stored), limits)
    findings = tuple(sorted((*stored, *shape), key=lambda one: _ORDER.index(one.strength)))
    mended = [one for one in record.findings if one.rule.is_one_of(MENDED)]
    notes = [
        RECORDED,
        *(MENDED_NOTE.format(one.says.terminal(), one.remedy.terminal()).rstrip() for one in mended),
        *(note.terminal() for note in record.notes if not note.is_one_of(_SAID_TWICE)),
    ]
    if record.refused is not None:
        said = REFUSED if record.execution == "not_sent" else UNANSWERED
        notes.append(said.format(record.error.terminal()))
    diagnosis = Diagnosis(
        verdict=_verdict(record, findings),
        signature=_member(SignatureState, record.signature, SignatureState.UNCHECKED),
        findings=findings,
        tried=record.tried,
        stopped_early=record.stopped_early,
        notes=tuple(notes),
    )
    proofs = tuple((one.rule.terminal(), one.proof) for one in record.findings)
    return Explained(seen, diagnosis, record.account.terminal() or None, proofs)


def _from_shape(
    seen: SeenRequest, record: ForeignFlow, known: frozenset[str], limits: Limits
) -> tuple[Finding, ...]:
    """Symptoms that the kept shape shows. Never more than likely: the values are not the ones that travelled."""
    if record.dry_run or (record.went is None and record.status is None):
        return ()  # Binance saw nothing of it
    side = record.went or record.came
    if any(mark in side.query.raw or mark in side.body.raw for mark in _HIDDEN):
        return ()
    found = diagnose(observation_of(seen, ()), limits=limits).findings
    return tuple(
        structs.replace(one, strength=Strength.LIKELY, proof=None)
        for one in found
        if one.rule not in known and one.strength is not Strength.POSSIBLE
    )


def _verdict(record: ForeignFlow, findings: tuple[Finding, ...]) -> Verdict:
    if any(one.strength is not Strength.POSSIBLE for one in findings):
        return Verdict.MISTAKEN
    return _member(Verdict, record.verdict, Verdict.UNKNOWN)


def _member[T: (Verdict, SignatureState, Strength)](kind: type[T], text: Foreign, other: T) -> T:
    return next((one for one in kind if text == one.value), other)


def _finding(stored: ForeignFinding) -> Finding:
    return Finding(
        stored.rule.terminal(),
        _member(Strength, stored.strength, Strength.POSSIBLE),
        stored.says.terminal(),
        stored.remedy.terminal(),
        tuple((name.terminal(), fact.terminal_or_number()) for name, fact in stored.facts.items()),
    )
