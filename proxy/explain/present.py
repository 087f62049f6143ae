"""The explanation for a person: the mistake in one sentence, the proof, what to do. At most a screen a request."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from proxy.core.diagnosis.answer import read_answer
from proxy.core.diagnosis.evidence import Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.redaction.record import ProofRecord
from proxy.explain.judge import Explained
from proxy.explain.masks import Masks
from proxy.explain.texts import beside, clipped, shown

_MOST_OTHERS: Final = 3
_MOST_CORRECTED: Final = 7
_MOST_NOTES: Final = 4
_LABEL: Final = 10
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
    lines = [page.paint(title(explained, masks, page.columns), "bold"), ""]
    lines += [
        f"Note: {one}" for remark in explained.seen.remarks for one in _wrapped(remark, page.columns - 6)
    ]
    findings = explained.diagnosis.findings
    main = next((one for one in findings if one.strength is not Strength.POSSIBLE), None)
    if main is not None:
        lines += _main(main, explained, masks, page)
    lines += _others([one for one in findings if one is not main], page)
    lines += _conclusion(explained, page)
    if main is not None and explained.diagnosis.corrected is not None:
        lines += _corrected(masks.text(explained.diagnosis.corrected), page)
    return "\n".join(lines).rstrip()


def title(explained: Explained, masks: Masks, width: int) -> str:
    """Method, host, path, and what was answered: the line a request is recognised by."""
    seen = explained.seen
    if seen.record is not None:
        where = f"{seen.record.method} {seen.record.server}{seen.record.path}"
    else:
        path = shown(masks.octets(seen.request.path))
        host = masks.text(seen.host or "").encode("ascii", "backslashreplace").decode()
        where = f"{_printable(masks.text(seen.request.method))} {_printable(host)}{path}"
    answered = answer_words(explained)
    return clipped(where, width - len(answered)) + answered


def answer_words(explained: Explained) -> str:
    seen = explained.seen
    answer = read_answer(seen.answer)
    if answer is None or answer.status == 0:
        return ""
    code = "" if answer.code is None else f" {_printable(str(answer.code))}"
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
        return [
            f"{'signed':<{_LABEL}}{both.signed}",
            f"{'':<{_LABEL}}the right text; what differs is not in it",
        ]
    at = both.column
    signed = both.signed[:at] + page.paint(both.signed[at : at + 1], "bad") + both.signed[at + 1 :]
    expected = both.expected[:at] + page.paint(both.expected[at : at + 1], "good") + both.expected[at + 1 :]
    where = f"{both.caret} octet {proof.first_difference}"
    if len(where) > page.columns - _LABEL:
        where = both.caret
    return [f"{'signed':<{_LABEL}}{signed}", f"{'expected':<{_LABEL}}{expected}", f"{'':<{_LABEL}}{where}"]


def _stored_proof(stored: ProofRecord, page: Page) -> list[str]:
    """Values are gone, so octets cannot be put under each other; lengths and the place are those of the originals."""
    room = page.columns - _LABEL - 14
    lines = [
        f"{'signed':<{_LABEL}}{clipped(_printable(stored.signed), room)}  ({stored.signed_octets} octets)",
        f"{'expected':<{_LABEL}}{clipped(_printable(stored.expected), room)}  ({stored.expected_octets} octets)",
    ]
    if stored.first_difference is not None:
        place = f", in {_printable(stored.difference_in)}" if stored.difference_in else ""
        lines.append(f"{'':<{_LABEL}}they differ from octet {stored.first_difference} on{place}")
    return lines


def _others(findings: list[Finding], page: Page) -> list[str]:
    if not findings:
        return []
    lines: list[str] = []
    for finding in findings[:_MOST_OTHERS]:
        label = "also" if finding.strength is not Strength.POSSIBLE else "possible"
        lines += _labelled(label, f"{finding.says} ({finding.rule})", page.columns)
    more = len(findings) - _MOST_OTHERS
    if more > 0:
        lines.append(f"{'':<{_LABEL}}and {more} more: --json shows all")
    return [*lines, ""]


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


def _corrected(corrected: str, page: Page) -> list[str]:
    lines = ["as it should be (the signature is made over what is sent):"]
    rows = corrected.split("\n")
    lines += [
        "  " + clipped(_printable(row), page.columns - 2) if row else "" for row in rows[:_MOST_CORRECTED]
    ]
    if len(rows) > _MOST_CORRECTED:
        lines.append("  ...")
    return lines


def _labelled(label: str, text: str, width: int) -> list[str]:
    first, *rest = _wrapped(text, width - _LABEL) or [""]
    return [f"{label:<{_LABEL}}{first}", *(" " * _LABEL + line for line in rest)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(_printable(text), width, break_on_hyphens=False)


def _printable(text: str) -> str:
    """Letters of any script, but no control character, no line end and nothing that reverses the reading."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)
