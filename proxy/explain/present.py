"""The explanation for a person: the mistake in one sentence, the proof, what to do. At most a screen a request."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.report import first_difference
from proxy.core.findings import Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.foreign import Foreign
from proxy.core.printable import printable
from proxy.core.redaction.foreign_record import ForeignProof
from proxy.explain.masks import Masks
from proxy.explain.read_as import read_as
from proxy.explain.texts import beside, clipped, shown
from proxy.explain.verdict import Explained

_MOST_OTHERS: Final = 3
_SCREEN: Final = 24  # lines of a terminal that nobody resized
_LEAST_ROWS: Final = 5
_MOST_NOTES: Final = 4
_LABEL: Final = 10
FAULT: Final = "No answer of Binance is in the text: {}."
LEFT_OUT: Final = "The request as it should be is left out: "
_WIDTHS: Final = range(40, 161)

type Paint = Callable[[str, str], str]
"""Text and style (`bold`, `bad`, `good`, `dim`) in, the text to print out."""


def unpainted(text: str, _style: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Page:
    """Where the explanation is shown."""

    width: int = 80
    paint: Paint = unpainted

    @property
    def columns(self) -> int:
        """Lines stay readable: neither on a sliver nor across a whole wall."""
        return min(max(self.width, _WIDTHS[0]), _WIDTHS[-1])


def as_text(explained: Explained, masks: Masks, page: Page) -> str:
    """All that is said about one request, without a line end behind it."""
    how = clipped(f"{'read as:':<{_LABEL}}{read_as(explained.seen)}", page.columns)
    lines = [page.paint(title(explained, masks, page.columns), "bold"), page.paint(how, "dim"), ""]
    if explained.seen.fault is not None:
        why = FAULT.format(explained.seen.fault)
        lines += [*(page.paint(line, "bad") for line in _wrapped(why, page.columns)), ""]
    for remark in explained.seen.remarks:
        lines += [*_labelled("note", remark, page.columns), ""]
    findings = explained.diagnosis.findings
    main = next((one for one in findings if one.strength is not Strength.POSSIBLE), None)
    if main is not None:
        lines += _main(main, explained, masks, page)
    closing = _conclusion(explained, page)
    if main is not None and explained.diagnosis.left_out:
        closing += [*_labelled("mended", f"{LEFT_OUT}{explained.diagnosis.left_out}.", page.columns), ""]
    elif main is not None and _can_be_mended(main, explained):
        room = _SCREEN - len(lines) - len(closing)
        closing += _corrected(masks.text(explained.diagnosis.corrected or ""), page, max(room, _LEAST_ROWS))
    room = _SCREEN - len(lines) - len(closing)
    lines += _others([one for one in findings if one is not main], page, room)
    return "\n".join([*lines, *closing]).rstrip()


def _can_be_mended(main: Finding, explained: Explained) -> bool:
    """Whether another request would help: not where the fault is with key, address or exchange."""
    right = explained.diagnosis.signature is SignatureState.VALID and rules.kind(main.rule) == "verdict"
    return explained.diagnosis.corrected is not None and not right


def title(explained: Explained, masks: Masks, width: int) -> str:
    """Method, host, path, and what was answered: the line a request is recognised by."""
    seen = explained.seen
    if seen.record is not None:
        record = seen.record
        where = f"{record.method.terminal()} {record.server.terminal()}{record.path.terminal()}"
    else:
        path = shown(masks.octets(seen.request.path))
        host = masks.text(seen.host or "")
        where = f"{masks.text(seen.request.method).terminal()} {host.terminal_ascii()}{path}"
    answered = answer_words(explained)
    return clipped(where, width - len(answered)) + answered


def answer_words(explained: Explained) -> str:
    seen = explained.seen
    answer = read_answer(seen.answer)
    if answer is None or answer.status == 0:
        return ""
    code = "" if answer.code is None else f" {Foreign(str(answer.code)).terminal()}"
    return f"  ->  {answer.status}{code}"


def _main(finding: Finding, explained: Explained, masks: Masks, page: Page) -> list[str]:
    strength = finding.strength.value
    if explained.was_recorded(finding.rule):
        strength += " when recorded"
    lines = [page.paint(line, "bad") for line in _wrapped(finding.says, page.columns)]
    lines += [page.paint(f"{strength}: {finding.rule}", "dim"), ""]
    stored = explained.proof_recorded(finding.rule)
    if finding.proof is not None:
        proof = Proof(
            masks.octets(finding.proof.signed),
            masks.octets(finding.proof.expected),
            finding.proof.first_difference,
        )
        lines += [*_proof(proof, page), ""]
    elif stored is not None:
        lines += [*_stored_proof(stored, page), ""]
    elif finding.facts:
        facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in finding.facts)
        lines += [*_labelled("seen", facts, page.columns), ""]
    return [*lines, *_labelled("do this", finding.remedy, page.columns), ""]


def _proof(proof: Proof, page: Page) -> list[str]:
    both = beside(proof, page.columns - _LABEL)
    if both.column is None:
        same = "the right text: what is wrong is the key, the digest or its output"
        return [f"{'signed':<{_LABEL}}{both.signed}", *_labelled("", same, page.columns)]
    at = both.column
    signed = both.signed[:at] + page.paint(both.signed[at : at + 1], "bad") + both.signed[at + 1 :]
    expected = both.expected[:at] + page.paint(both.expected[at : at + 1], "good") + both.expected[at + 1 :]
    where = f"{both.caret} octet {proof.first_difference}"
    if len(where) > page.columns - _LABEL:
        where = both.caret
    return [f"{'signed':<{_LABEL}}{signed}", f"{'expected':<{_LABEL}}{expected}", f"{'':<{_LABEL}}{where}"]


def _stored_proof(stored: ForeignProof, page: Page) -> list[str]:
    """Both texts with marks for the values; what is said of lengths and places is true of the originals."""
    signed, expected = stored.signed.octets(), stored.expected.octets()
    both = beside(Proof(signed, expected, first_difference(signed, expected)), page.columns - _LABEL)
    lines = [f"{'signed':<{_LABEL}}{both.signed}", f"{'expected':<{_LABEL}}{both.expected}"]
    lengths = f"{stored.signed_octets} octets were signed, {stored.expected_octets} expected"
    if stored.first_difference is not None:
        place = f", in {stored.difference_in.terminal()}" if stored.difference_in else ""
        lengths += f"; they differ from octet {stored.first_difference} on{place}"
    return [*lines, *_labelled("", lengths, page.columns)]


def _others(findings: list[Finding], page: Page, room: int) -> list[str]:
    """The other findings, as many as fit into `room` lines; at least their number."""
    lines: list[str] = []
    for number, finding in enumerate(findings):
        label = "also" if finding.strength is not Strength.POSSIBLE else "possible"
        told = _labelled(label, f"{finding.says} ({finding.rule})", page.columns)
        if number == _MOST_OTHERS or len(lines) + len(told) + 2 > room:
            lines.append(f"{label:<{_LABEL}}{len(findings) - number} more: --json shows all")
            break
        lines += told
    return [*lines, ""] if lines else []


def _conclusion(explained: Explained, page: Page) -> list[str]:
    diagnosis = explained.diagnosis
    lines: list[str] = []
    if diagnosis.verdict is Verdict.CORRECT:
        lines.append(page.paint("Nothing is wrong with this request.", "good"))
    elif diagnosis.signature is SignatureState.INVALID and not diagnosis.findings:
        lines += _wrapped(_unnamed(explained), page.columns)
    elif not diagnosis.findings and not diagnosis.notes:
        lines.append("No mistake was found.")
    for note in diagnosis.notes[:_MOST_NOTES]:
        lines += _wrapped(note, page.columns)
    return [*lines, ""] if lines else []


def _unnamed(explained: Explained) -> str:
    diagnosis = explained.diagnosis
    with_account = f" with the secret of account {explained.account}" if explained.account else ""
    early = " (the search ended at its bound)" if diagnosis.stopped_early else ""
    return (
        f"The signature does not fit the request{with_account}, and none of {diagnosis.tried} other ways to make"
        f" it gives this one{early}. Most often the secret belongs to another key."
    )


def _corrected(corrected: Foreign, page: Page, room: int) -> list[str]:
    """Long rows are broken, not cut: people copy them."""
    width = page.columns - 2
    rows = [
        line[at : at + width] for line in corrected.terminal_lines() for at in range(0, len(line) or 1, width)
    ]
    head = "as it should be (unsigned; the signature is made last, over what is sent):"
    shown_rows = rows if len(rows) < room else [*rows[: room - 2], "..."]
    return [clipped(head, page.columns), *("  " + row if row else "" for row in shown_rows)]


def _labelled(label: str, text: str, width: int) -> list[str]:
    first, *rest = _wrapped(text, width - _LABEL) or [""]
    return [f"{label:<{_LABEL}}{first}", *(" " * _LABEL + line for line in rest)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(printable(text), width, break_on_hyphens=False)
