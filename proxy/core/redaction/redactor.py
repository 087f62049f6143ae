"""From a raw flow to what may be stored: the only maker of `RedactedFlow`, `RedactedIntent` and
`RedactedOutcome`."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS
from proxy.core.diagnosis.refusals.said import recordable
from proxy.core.errors import RedactionError, Refusal
from proxy.core.flow import Flow, Timings
from proxy.core.order_lookup import Outcome
from proxy.core.redaction.answers import ContentRedactor
from proxy.core.redaction.findings import FindingRedactor
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.name_rules import Location
from proxy.core.redaction.notation import Tagger, measure
from proxy.core.redaction.record import (
    SCHEMA,
    AnyRecord,
    ClockRecord,
    FlowRecord,
    IntentRecord,
    OutcomeRecord,
    PhasesRecord,
    SideRecord,
    encode_record,
    rfc3339,
)
from proxy.core.redaction.requests import RequestRedactor, cut_records, locations
from proxy.core.redaction.secret_scan import SHORTEST, SecretScan
from proxy.core.redaction.values import KnownTexts, ValueRedactor
from proxy.core.secret import Secret

_LOOPBACK: Final = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_CLASS_NAME: Final = re.compile(r"[A-Za-z_]{1,40}")
_BODY_OCTETS: Final = 65_536
_MOST_TEMPLATES: Final = 1024
_IN_COMMON: Final = (
    "method",
    "path",
    "scheme",
    "server",
    "environment",
    "account",
    "client",
    "key",
    "key_type",
)


class RedactedFlow(Struct, frozen=True):
    """A flow that is safe to store and show. `line` is its record as the journal keeps it, without newline."""

    record: FlowRecord
    line: bytes


class RedactedIntent(Struct, frozen=True):
    """A write about to be sent, safe to store and show."""

    record: IntentRecord
    line: bytes


class RedactedOutcome(Struct, frozen=True):
    """What became of an unknown write, safe to store and show."""

    record: OutcomeRecord
    line: bytes


class Redactor:
    """Allowlist of values, fail closed: whatever goes wrong raises RedactionError and nothing is recorded."""

    __slots__ = ("_contents", "_findings", "_requests", "_scan", "_tagger", "_templates", "_values")

    def __init__(self, tag_key: bytes, secrets: Sequence[Secret], *, body_octets: int = _BODY_OCTETS) -> None:
        """`tag_key`: the journal's own 32 octets. `secrets`: all that the process has loaded. `body_octets`:
        how much of an answer is looked at."""
        raw = [secret.reveal() for secret in secrets]
        self._tagger = Tagger(tag_key)
        bare = {octets for secret in raw if len(octets := secret.strip()) >= SHORTEST}
        self._scan = SecretScan(raw)
        self._contents = ContentRedactor(body_octets)
        self._requests = RequestRedactor()
        self._values = ValueRedactor(self._tagger, sorted(bare, key=len))
        self._templates: KnownTexts[FlowRecord] = Memo(_MOST_TEMPLATES)
        self._findings = FindingRedactor(self._requests.pairs)

    def redact(self, flow: Flow) -> RedactedFlow:
        """The record of a finished flow. Raises RedactionError."""
        return RedactedFlow(*self._safe(self._flow, flow))

    def redact_intent(self, flow: Flow) -> RedactedIntent:
        """The record of a write that is about to be sent. Raises RedactionError."""
        return RedactedIntent(*self._safe(self._intent, flow))

    def redact_outcome(self, flow: Flow, outcome: Outcome) -> RedactedOutcome:
        """The record of what became of an unknown write. Raises RedactionError."""
        return RedactedOutcome(*self._safe(self._outcome, flow, outcome))

    def _safe[*Ts, R: AnyRecord](self, make: Callable[[*Ts], R], *about: *Ts) -> tuple[R, bytes]:
        """A record and its line, looked through for loaded secrets."""
        try:
            record = make(*about)
            line = encode_record(record)
        except Exception as error:  # fail closed, and no raw value in the message
            raise _failed(error) from None
        if self._scan.finds(line):
            raise RedactionError("a finished record holds a loaded secret", "please report this as a bug")
        return record, line

    def _intent(self, flow: Flow) -> IntentRecord:
        values = self._values.next_record()
        location, _ = locations(flow)
        template = self._template(flow, values)
        return IntentRecord(
            schema=SCHEMA,
            time=rfc3339(flow.started_ms),
            request_id=flow.request_id,
            **_in_common(template),
            came=self._requests.came(flow, location, values),
            added=self._requests.pairs.redact(flow.prepared.added, location, values) if flow.prepared else "",
            removed=sorted(values.removed),
        )

    def _outcome(self, flow: Flow, outcome: Outcome) -> OutcomeRecord:
        values = self._values.next_record()
        location, _ = locations(flow)
        template = self._template(flow, values)
        verdict = outcome.verdict
        return OutcomeRecord(
            schema=SCHEMA,
            time=rfc3339(outcome.known_ms),
            request_id=flow.request_id,
            **_in_common(template),
            outcome=verdict.state,
            reason=verdict.reason,
            order=self._requests.pairs.redact(outcome.pair, location, values),
            added=outcome.added,
            order_status=verdict.order_status,
            code=verdict.code,
            looks=outcome.looks,
            after_ms=round(outcome.after_ms, 3),
            told=outcome.told,
            removed=sorted(values.removed),
        )

    def _flow(self, flow: Flow) -> FlowRecord:
        values = self._values.next_record()
        location, answer_place = locations(flow)
        record = replace(
            self._template(flow, values),
            time=rfc3339(flow.started_ms),
            request_id=flow.request_id,
            came=self._requests.came(flow, location, values),
            went=self._requests.went(flow, location, values),
            attempts=flow.attempts,
            weight=flow.weight,
            shared=flow.shared,
            reused=flow.connection_reused,
            execution=flow.execution,
            client_gone=flow.client_gone,
            dry_run=flow.dry_run,
        )
        _say_signing(record, flow, self._requests)
        self._say_answer(record, flow, answer_place, values)
        if flow.findings or flow.diagnosis is not None:
            self._say_diagnosis(record, flow, location, values)
        if flow.fault is not None or flow.refusal is not None:
            _say_faults(record, flow, values)
        _say_times(record, flow.timings)
        record.removed = sorted(values.removed)
        return record

    def _template(self, flow: Flow, values: ValueRedactor) -> FlowRecord:
        """What all records of one endpoint, key and client have in common: to be copied and filled."""
        endpoint, key = flow.endpoint, flow.key
        known = endpoint.path if endpoint is not None and endpoint.listed else flow.client.path
        owner = (key.account, key.api_key) if key is not None else None
        family = endpoint.family if endpoint is not None else None
        what = (flow.client.method, known, family, owner, flow.client_name, flow.environment, flow.upstream)
        return values.memoised(self._templates, hash(what), self._new_template, flow, values)

    def _new_template(self, flow: Flow, values: ValueRedactor) -> FlowRecord:
        endpoint = flow.endpoint
        shown_path = endpoint.path if endpoint is not None and endpoint.listed else None
        key, key_type = self._key(flow, values)
        return FlowRecord(
            schema=SCHEMA,
            time="",
            request_id="",
            method=_method(flow),
            path=self._requests.path(flow.client.path, values) if shown_path is None else shown_path,
            scheme="http" if flow.upstream.startswith("http://") else "https",
            server=_server(flow, values),
            environment=flow.environment,
            account=_own_name(flow.key.account if flow.key else "", values),
            client=_own_name(flow.client_name or "", values),
            key=key,
            key_type=key_type,
            listed=endpoint.listed if endpoint is not None else True,
            family=endpoint.family if endpoint is not None else "",
            came=SideRecord(),
        )

    def _key(self, flow: Flow, values: ValueRedactor) -> tuple[str, str]:
        """Mark and type of the key that was used."""
        key = flow.key
        if key is None:
            return "", ""
        values.removed.add("key")
        octets = key.api_key.encode("utf-8")
        return f"<key:{self._tagger.tag('key', octets)}:{measure(octets)}>", key.key_type

    def _say_answer(self, record: FlowRecord, flow: Flow, location: Location, values: ValueRedactor) -> None:
        answer = flow.answer
        if answer is None:
            return
        record.status = answer.status
        record.body_octets = answer.body_octets or len(answer.body)
        record.incomplete = not answer.complete
        head = self._requests.headers.answer(answer.headers)
        record.headers, record.other_headers = head.lines, head.others
        content = self._contents.redact(answer, head, location, values)
        record.code, record.message, record.body = content.code, content.message, content.body
        record.undecoded = content.undecoded
        if content.undecoded:
            values.removed.add("body")

    def _say_diagnosis(
        self, record: FlowRecord, flow: Flow, location: Location, values: ValueRedactor
    ) -> None:
        findings = list(flow.findings)
        if diagnosis := flow.diagnosis:
            findings = [*diagnosis.findings, *(f for f in findings if f not in diagnosis.findings)]
            record.verdict, record.signature = diagnosis.verdict.value, diagnosis.signature.value
            record.tried, record.stopped_early = diagnosis.tried, diagnosis.stopped_early
            record.notes = recordable(diagnosis.notes)
        if findings:
            record.findings = self._findings.redact(findings, location, values)


def counted(first: RedactedFlow, count: int, last_ms: int, *, mixed: bool) -> RedactedFlow:
    """The row for `count` refusals, of which this was the first and the last came at `last_ms` (Unix ms); `mixed`: of
    several methods or paths."""
    if count == 1:
        return first
    record = replace(first.record, repeated=count, repeated_until=rfc3339(last_ms), repeated_mixed=mixed)
    return RedactedFlow(record, encode_record(record))


def of_no_request(refusal: Refusal, time_ms: int, count: int, last_ms: int) -> RedactedFlow:
    """The row for `count` refusals of what was no HTTP request, between two times (Unix ms). Nothing that came stands
    in it. Method and id are the words that stand for none, as in the answers."""
    record = FlowRecord(
        schema=SCHEMA,
        time=rfc3339(time_ms),
        request_id="unparsed",
        method="_OTHER",
        path="",
        came=SideRecord(body_kind="other"),
        error=refusal.token,
        refused=refusal.status,
        repeated=count if count > 1 else 0,
        repeated_until=rfc3339(last_ms) if count > 1 else "",
    )
    return RedactedFlow(record, encode_record(record))


def _say_signing(record: FlowRecord, flow: Flow, requests: RequestRedactor) -> None:
    prepared = flow.prepared
    if prepared is not None:
        record.escaped = prepared.escaped
        if prepared.cuts:
            record.cuts = cut_records(prepared)
        if flow.sent is not None:
            record.needs = flow.sent.needs
            record.signed = requests.signed(flow.sent, prepared)
    clock = flow.clock
    if clock is not None:
        record.clock = ClockRecord(
            source=clock.source,
            exchange_ms=clock.exchange_ms,
            offset_ms=round(clock.offset_ms * 1000) / 1000,
            round_trip_ms=None if clock.round_trip_ms is None else round(clock.round_trip_ms * 1000) / 1000,
        )


def _in_common(template: FlowRecord) -> dict[str, str]:
    """The part of a record's head that is the same for each of its kind."""
    return {name: getattr(template, name) for name in _IN_COMMON}


def _failed(error: Exception) -> RedactionError:
    return RedactionError(
        f"a flow could not be redacted ({type(error).__name__})", "please report this as a bug"
    )


def _method(flow: Flow) -> str:
    method = flow.client.method
    return method if method.isascii() and method.isupper() and len(method) <= 10 else "_OTHER"


def _own_name(name: str, values: ValueRedactor) -> str:
    """A name that the owner chose for an account or client: shown as it is, unless a key was put there."""
    octets = name.encode("utf-8", "surrogateescape")
    return values.name(octets, octets) if name else ""


def _server(flow: Flow, values: ValueRedactor) -> str:
    """Host and port: one of Binance's or this machine's as it is, any other as a mark."""
    authority = flow.upstream.partition("://")[2]
    if not authority or authority in ALLOWED_UPSTREAM_HOSTS or _LOOPBACK.fullmatch(authority):
        return authority
    return values.unnameable(authority.encode("utf-8", "surrogateescape"), "text")


def _say_faults(record: FlowRecord, flow: Flow, values: ValueRedactor) -> None:
    record.fault_stage = flow.fault_stage or ""
    fault = flow.fault or ""
    if fault:
        record.error = fault if _CLASS_NAME.fullmatch(fault) else _own_name(fault, values)
    if flow.refusal is not None:
        record.refused = flow.refusal.status
        record.error = flow.refusal.token


def _say_times(record: FlowRecord, timings: Timings) -> None:
    """Each phase from the last instant that was reached, to three decimals. (`round` would cost twice as much.)"""
    last = timings.accepted
    phases: list[float | None] = []
    for instant in (timings.permitted, timings.connected, timings.sent, timings.head, timings.done):
        if instant is None:
            phases.append(None)
        else:
            phases.append(int((instant - last) * 1_000_000 + 0.5) / 1000)
            last = instant
    permit, connect, send, wait, receive = phases
    record.phases_ms = PhasesRecord(permit=permit, connect=connect, send=send, wait=wait, receive=receive)
    record.duration_ms = int((last - timings.accepted) * 1_000_000 + 0.5) / 1000
