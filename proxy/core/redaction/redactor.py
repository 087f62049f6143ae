"""From a raw flow to what may be stored: the only maker of `RedactedFlow`, `RedactedIntent` and
`RedactedOutcome`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS
from proxy.core.errors import RedactionError
from proxy.core.flow import Flow, Timings
from proxy.core.outcomes import Outcome
from proxy.core.redaction.answers import ContentRedactor
from proxy.core.redaction.findings import FindingRedactor
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.notation import Tagger, measure
from proxy.core.redaction.plans import Place
from proxy.core.redaction.record import (
    SCHEMA,
    ClockRecord,
    FlowRecord,
    IntentRecord,
    OutcomeRecord,
    PhasesRecord,
    encode_record,
    rfc3339,
)
from proxy.core.redaction.requests import RequestRedactor, cut_records, places, signed_parts
from proxy.core.redaction.sweep import SHORTEST, Sweep
from proxy.core.redaction.veil import MOST_MARKS, Marks, Veil
from proxy.core.secret import Secret

_LOOPBACK: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_CLASS_NAME: Final = re.compile(r"[A-Za-z_]{1,40}")
_BODY_OCTETS: Final = 65_536


@dataclass(frozen=True, slots=True)
class RedactedFlow:
    """A flow that is safe to store and show. `line` is its record as the journal keeps it, without newline."""

    record: FlowRecord
    line: bytes


@dataclass(frozen=True, slots=True)
class RedactedIntent:
    """A write about to be sent, safe to store and show."""

    record: IntentRecord
    line: bytes


@dataclass(frozen=True, slots=True)
class RedactedOutcome:
    """What became of an unknown write, safe to store and show."""

    record: OutcomeRecord
    line: bytes


class Redactor:
    """Allowlist of values, fail closed: whatever goes wrong raises RedactionError and nothing is recorded."""

    __slots__ = ("_contents", "_findings", "_keys", "_marks", "_requests", "_secrets", "_sweep", "_tagger")

    def __init__(self, tag_key: bytes, secrets: Sequence[Secret], *, body_octets: int = _BODY_OCTETS) -> None:
        """`tag_key`: the journal's own 32 octets. `secrets`: all that the process has loaded. `body_octets`:
        how much of an answer is looked at."""
        raw = [secret.reveal() for secret in secrets]
        self._tagger = Tagger(tag_key)
        self._secrets = tuple(
            sorted({bare for secret in raw if len(bare := secret.strip()) >= SHORTEST}, key=len)
        )
        self._sweep = Sweep(raw)
        self._contents = ContentRedactor(body_octets)
        self._requests = RequestRedactor()
        self._marks: Marks = Memo(MOST_MARKS)
        self._keys: dict[str, str] = {}  # as many as there are accounts
        self._findings = FindingRedactor(self._requests.pairs)

    def redact(self, flow: Flow) -> RedactedFlow:
        """The record of a finished flow. Raises RedactionError."""
        try:
            record = self._flow(flow)
            line = encode_record(record)
        except Exception as error:  # fail closed, and no raw value in the message
            raise _failed(error) from None
        self._proved(line)
        return RedactedFlow(record, line)

    def redact_intent(self, flow: Flow) -> RedactedIntent:
        """The record of a write that is about to be sent. Raises RedactionError."""
        try:
            record = self._intent(flow)
            line = encode_record(record)
        except Exception as error:  # fail closed, and no raw value in the message
            raise _failed(error) from None
        self._proved(line)
        return RedactedIntent(record, line)

    def redact_outcome(self, flow: Flow, outcome: Outcome) -> RedactedOutcome:
        """The record of what became of an unknown write. Raises RedactionError."""
        try:
            record = self._outcome(flow, outcome)
            line = encode_record(record)
        except Exception as error:  # fail closed, and no raw value in the message
            raise _failed(error) from None
        self._proved(line)
        return RedactedOutcome(record, line)

    def tag_of(self, kind: str, value: str) -> str:
        """The tag that a known value has in this journal, for the owner who wants to find it."""
        return self._tagger.tag(kind, value.encode("utf-8"))

    def _veil(self) -> Veil:
        """One for each record."""
        return Veil(self._tagger, self._secrets, self._marks)

    def _proved(self, line: bytes) -> None:
        if self._sweep.finds(line):
            raise RedactionError("a finished record holds a loaded secret", "please report this as a bug")

    def _intent(self, flow: Flow) -> IntentRecord:
        veil = self._veil()
        place, _ = places(flow)
        key, key_type = self._key(flow)
        return IntentRecord(
            schema=SCHEMA,
            time=rfc3339(flow.started_ms),
            request_id=flow.request_id,
            method=_method(flow),
            path=self._path(flow, veil),
            server=_server(flow, veil),
            environment=flow.environment,
            account=_own_name(flow.key.account if flow.key else "", veil),
            client=_own_name(flow.client_name or "", veil),
            key=key,
            key_type=key_type,
            came=self._requests.came(flow, place, veil),
            added=self._requests.pairs.redact(flow.prepared.added, place, veil) if flow.prepared else "",
            removed=sorted(veil.removed | ({"key"} if key else set())),
        )

    def _outcome(self, flow: Flow, outcome: Outcome) -> OutcomeRecord:
        veil = self._veil()
        place, _ = places(flow)
        key, key_type = self._key(flow)
        verdict = outcome.verdict
        return OutcomeRecord(
            schema=SCHEMA,
            time=rfc3339(outcome.known_ms),
            request_id=flow.request_id,
            method=_method(flow),
            path=self._path(flow, veil),
            server=_server(flow, veil),
            environment=flow.environment,
            account=_own_name(flow.key.account if flow.key else "", veil),
            client=_own_name(flow.client_name or "", veil),
            key=key,
            key_type=key_type,
            outcome=verdict.state.value,
            reason=verdict.reason,
            order=self._requests.pairs.redact(outcome.pair, place, veil),
            added=outcome.added,
            order_status=verdict.order_status,
            code=verdict.code,
            looks=outcome.looks,
            after_ms=round(outcome.after_ms, 3),
            told=outcome.told,
            removed=sorted(veil.removed | ({"key"} if key else set())),
        )

    def _flow(self, flow: Flow) -> FlowRecord:
        veil = self._veil()
        place, answer_place = places(flow)
        key, key_type = self._key(flow)
        record = FlowRecord(
            schema=SCHEMA,
            time=rfc3339(flow.started_ms),
            request_id=flow.request_id,
            method=_method(flow),
            path=self._path(flow, veil),
            server=_server(flow, veil),
            environment=flow.environment,
            account=_own_name(flow.key.account if flow.key else "", veil),
            client=_own_name(flow.client_name or "", veil),
            key=key,
            key_type=key_type,
            came=self._requests.came(flow, place, veil),
            went=self._requests.went(flow, place, veil),
            attempts=flow.attempts,
            weight=flow.weight,
            shared=flow.shared,
            reused=flow.connection_reused,
            execution=flow.execution.value,
            client_gone=flow.client_gone,
            dry_run=flow.dry_run,
        )
        self._say_route(record, flow)
        self._say_answer(record, flow, answer_place, veil)
        self._say_diagnosis(record, flow, place, veil)
        _say_faults(record, flow, veil)
        _say_times(record, flow.timings)
        record.removed = sorted(veil.removed | ({"key"} if key else set()))
        return record

    def _key(self, flow: Flow) -> tuple[str, str]:
        """Mark and type of the key that was used."""
        key = flow.key
        if key is None:
            return "", ""
        mark = self._keys.get(key.api_key)
        if mark is None:
            octets = key.api_key.encode("utf-8")
            mark = self._keys[key.api_key] = f"<key:{self._tagger.tag('key', octets)}:{measure(octets)}>"
        return mark, key.key_type.value

    def _path(self, flow: Flow, veil: Veil) -> str:
        endpoint = flow.endpoint
        if endpoint is not None and endpoint.listed:
            return endpoint.path
        return self._requests.path(flow.client.path, veil)

    def _say_route(self, record: FlowRecord, flow: Flow) -> None:
        if flow.endpoint is not None:
            record.listed, record.family = flow.endpoint.listed, flow.endpoint.family
        if flow.sent is not None and flow.prepared is not None:
            record.needs = flow.sent.needs.value
            record.signed = signed_parts(flow.sent, flow.prepared)
        if flow.prepared is not None:
            record.cuts = list(cut_records(flow.prepared))
            record.escaped = flow.prepared.escaped
        if flow.clock is not None:
            clock = flow.clock
            record.clock = ClockRecord(
                source=clock.source,
                exchange_ms=clock.exchange_ms,
                offset_ms=round(clock.offset_ms, 3),
                round_trip_ms=None if clock.round_trip_ms is None else round(clock.round_trip_ms, 3),
            )

    def _say_answer(self, record: FlowRecord, flow: Flow, place: Place, veil: Veil) -> None:
        answer = flow.answer
        if answer is None:
            return
        record.status = answer.status
        record.body_octets = answer.body_octets or len(answer.body)
        record.incomplete = not answer.complete
        head = self._requests.headers.answer(answer.headers)
        record.headers, record.other_headers = head.lines, head.others
        content = self._contents.redact(answer, head, place, veil)
        record.code, record.message, record.body = content.code, content.message, content.body
        record.undecoded = content.undecoded
        if content.undecoded:
            veil.removed.add("body")

    def _say_diagnosis(self, record: FlowRecord, flow: Flow, place: Place, veil: Veil) -> None:
        findings = list(flow.findings)
        if diagnosis := flow.diagnosis:
            findings = [*diagnosis.findings, *(f for f in findings if f not in diagnosis.findings)]
            record.verdict, record.signature = diagnosis.verdict.value, diagnosis.signature.value
            record.tried, record.stopped_early = diagnosis.tried, diagnosis.stopped_early
            record.notes = list(diagnosis.notes)
        if findings:
            record.findings = self._findings.redact(findings, place, veil)


def _failed(error: Exception) -> RedactionError:
    return RedactionError(
        f"a flow could not be redacted ({type(error).__name__})", "please report this as a bug"
    )


def _method(flow: Flow) -> str:
    method = flow.client.method
    return method if method.isascii() and method.isupper() and len(method) <= 10 else "_OTHER"


def _own_name(name: str, veil: Veil) -> str:
    """A name that the owner chose for an account or client: shown as it is, unless a key was put there."""
    octets = name.encode("utf-8", "surrogateescape")
    return veil.name(octets, octets) if name else ""


def _server(flow: Flow, veil: Veil) -> str:
    """Host and port: one of Binance's or this machine's as it is, any other as a mark."""
    authority = flow.upstream.partition("://")[2]
    if not authority or authority in ALLOWED_UPSTREAM_HOSTS or _LOOPBACK.fullmatch(authority):
        return authority
    return veil.unnameable(authority.encode("utf-8", "surrogateescape"), "text")


def _say_faults(record: FlowRecord, flow: Flow, veil: Veil) -> None:
    record.fault_stage = flow.fault_stage or ""
    fault = flow.fault or ""
    if fault:
        record.error = fault if _CLASS_NAME.fullmatch(fault) else _own_name(fault, veil)
    if flow.refusal is not None:
        record.refused = flow.refusal.status
        record.error = flow.refusal.token


def _say_times(record: FlowRecord, timings: Timings) -> None:
    """Each phase from the last instant that was reached."""
    last = timings.accepted
    phases: list[float | None] = []
    for instant in (timings.permitted, timings.connected, timings.sent, timings.head, timings.done):
        if instant is None:
            phases.append(None)
        else:
            phases.append(round((instant - last) * 1000, 3))
            last = instant
    permit, connect, send, wait, receive = phases
    record.phases_ms = PhasesRecord(permit=permit, connect=connect, send=send, wait=wait, receive=receive)
    record.duration_ms = round((last - timings.accepted) * 1000, 3)
