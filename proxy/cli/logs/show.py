"""`logs show`: one flow whole, with both sides, its times, and what was found."""

from collections.abc import Iterator

import click

from proxy.cli import terminal
from proxy.cli.logs.rows import as_json, moment, outcome
from proxy.cli.selection import journal_of, journal_options
from proxy.config.load import Loaded
from proxy.core.errors import UsageError
from proxy.core.foreign import json_text
from proxy.core.redaction.foreign_record import ForeignFlow, ForeignIntent, ForeignSide
from proxy.journal import Entry, Reader
from proxy.terminal.words import finding, looked_up


@click.command()
@click.argument("request_id", metavar="ID")
@click.option("--json", "in_json", is_flag=True, help="The journal's own lines: intent, flow, outcome.")
@journal_options
def show(*, request_id: str, in_json: bool, loaded: Loaded) -> int:
    """One flow whole: what came and what was sent, the answer, where the time went, what was found.

    ID is that of X-Gateway-Request-Id and of `signing-proxy logs`.
    """
    entry = _found(Reader(journal_of(loaded)), request_id)
    if in_json:
        terminal.out(
            "\n".join(filter(None, [json_text(entry.intent) if entry.intent else "", as_json(entry)]))
        )
    else:
        terminal.out("\n".join(_lines(entry)))
    return 0


def _found(reader: Reader, request_id: str) -> Entry:
    """The newest of this id. Raises UsageError."""
    count, found = 0, None
    for entry in reader.entries():
        count += 1
        if entry.record.request_id == request_id:
            found = entry
    if found is not None:
        return found
    raise UsageError(
        f"none of the {count} flows of this journal has this id",
        "signing-proxy logs shows the ids, --journal DIR names another journal",
    )


def _lines(entry: Entry) -> Iterator[str]:
    record = entry.record
    flow = record if isinstance(record, ForeignFlow) else None
    what = f"{record.method.terminal()} {record.path.terminal()}"
    yield f"{moment(record.time)}  {what}  {record.request_id.terminal()}"
    yield from _who(record)
    yield "\nclient to gateway"
    yield from _side(record, record.came, "")
    if flow is None:
        yield "\nno end was recorded: the gateway was stopped or killed. Look it up at the exchange."
    else:
        yield from _upstream(flow)
        yield from _answer(flow)
        yield from _times(flow)
        yield from _diagnosis(flow)
    if entry.outcome:
        yield f"\n{looked_up(entry.outcome)}"


def _who(record: ForeignFlow | ForeignIntent) -> Iterator[str]:
    facts = {
        "account": record.account,
        "client": record.client,
        "key": record.key,
        "type": record.key_type,
        "environment": record.environment,
    }
    told = [f"{name} {value.terminal()}" for name, value in facts.items() if value]
    if told:
        yield f"  {', '.join(told)}"


def _side(record: ForeignFlow | ForeignIntent, side: ForeignSide, base: str) -> Iterator[str]:
    """A request as it would stand on the wire, values removed."""
    query = f"?{side.query.terminal()}" if side.query else ""
    yield f"  {record.method.terminal()} {base}{record.path.terminal()}{query}"
    yield from (f"  {line.terminal()}" for line in side.headers)
    if side.body or side.body_octets:
        yield f"  ({side.body_octets} octets, {side.body_kind.terminal()})"
        yield from (f"  {line}" for line in side.body.terminal_lines())


def _upstream(flow: ForeignFlow) -> Iterator[str]:
    if flow.went is None:
        sent_itself = flow.execution != "not_sent" and bool(flow.server)
        yield "\ngateway to exchange: " + (
            "the client spoke to it itself" if sent_itself else "nothing was sent"
        )
        return
    again = f", {flow.attempts} times" if flow.attempts > 1 else ""
    yield f"\ngateway to exchange{again}"
    yield from _side(flow, flow.went, f"{flow.scheme.terminal()}://{flow.server.terminal()}")
    for part in flow.signed:
        where = f"{part.place.terminal()} {part.name.terminal()}"
        yield f"  signed: {where}, {part.octets} octets, by {part.origin.terminal()}"
    for cut in flow.cuts:
        yield f"  replaced: {cut.place.terminal()} {cut.name.terminal()}, whose value had {cut.value_octets} octets"
    if flow.clock:
        trip = (
            f", round trip {flow.clock.round_trip_ms:.1f} ms" if flow.clock.round_trip_ms is not None else ""
        )
        yield f"  clock: {flow.clock.source.terminal()}, {flow.clock.offset_ms:+.1f} ms to this machine's{trip}"


def _answer(flow: ForeignFlow) -> Iterator[str]:
    yield f"\nanswer: {outcome(flow)}"
    yield from (f"  {line.terminal()}" for line in flow.headers)
    if flow.other_headers:
        yield f"  and {flow.other_headers} more headers"
    if flow.code or flow.message:
        yield f"  {flow.code.terminal()} {flow.message.terminal()}".rstrip()
    if flow.body:
        yield from (f"  {line}" for line in flow.body.terminal_lines())
    if flow.undecoded:
        yield f"  {flow.body_octets} octets, not looked into: {flow.undecoded.terminal()}"
    for said, so in (
        ("it broke off", flow.incomplete),
        ("the client hung up before the end", flow.client_gone),
    ):
        if so:
            yield f"  {said}"


def _times(flow: ForeignFlow) -> Iterator[str]:
    phases = flow.phases_ms
    known = {name: getattr(phases, name) for name in phases.__struct_fields__} if phases else {}
    told = ", ".join(f"{name} {value:.1f}" for name, value in known.items() if value is not None)
    yield f"\ntimes: {flow.duration_ms:.1f} ms in all" + (f" ({told})" if told else "")
    if flow.weight is not None:
        yield f"weight: {flow.weight}"


def _diagnosis(flow: ForeignFlow) -> Iterator[str]:
    if not flow.verdict and not flow.findings:
        yield "\ndiagnosis: none"
        return
    signature = f", signature {flow.signature.terminal()}" if flow.signature else ""
    yield f"\ndiagnosis: {flow.verdict.terminal() or 'notes alone'}{signature}"
    for one in flow.findings:
        yield from finding(one)
        if one.proof:
            yield f"      signed:   {one.proof.signed.terminal()}"
            yield f"      expected: {one.proof.expected.terminal()}"
    yield from (f"    note: {note.terminal()}" for note in flow.notes)
