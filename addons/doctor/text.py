"""Findings as text: a line for logs and comments, and a page for the user's own terminal.

`line` and `summary` are made of rule texts, names and numbers: safe to log. `page` shows raw texts of the
request; secrets and signatures are starred in it all the same.
"""

import re
from collections.abc import Iterable
from typing import Final

from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.printable import printable
from proxy.core.secret import STARS

_WIDTH: Final = 96
_LONGEST_TEXT: Final = 4000
_AROUND: Final = 40  # octets shown on either side of the first difference
_SIGNATURE: Final = re.compile(rb"""(signature(?:=|"\s*:\s*"))([^&\s"]+)""", re.IGNORECASE)
_CODE: Final = re.compile(r"-?[0-9]{1,6}|[A-Z][A-Z_]{2,40}")
_WORDS: Final = {
    SignatureState.VALID: "correct",
    SignatureState.INVALID: "wrong",
    SignatureState.ABSENT: "absent",
    SignatureState.UNCHECKED: "not checked (no key at hand)",
}


def one_line(text: str) -> str:
    """Printable ASCII on one line, so that nothing can forge a line or move a terminal's cursor."""
    return "".join(c if " " <= c <= "~" else "?" for c in " ".join(text.split()))


def answer_words(status: int, code: object) -> str:
    """`HTTP 400, code -1022`; a code that does not look like one of Binance's is left out."""
    shown = "" if code is None else str(code)
    return f"HTTP {status}" + (f", code {shown}" if _CODE.fullmatch(shown) else "")


def line(finding: Finding) -> str:
    """One finding, for the log."""
    facts = ", ".join(f"{name}={value}" for name, value in finding.facts)
    said = f"{finding.rule} ({finding.strength.value}): {finding.says}"
    return one_line(f"{said} -> {finding.remedy}" + (f" [{facts}]" if facts else ""))


def summary(diagnosis: Diagnosis) -> str:
    """The whole diagnosis in a sentence or two, for a flow's comment; empty if there is nothing to say."""
    strong = [finding for finding in diagnosis.findings if finding.strength is not Strength.POSSIBLE]
    told = strong or list(diagnosis.findings)
    if told:
        first = told[0]
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        return one_line(f"{first.rule} ({first.strength.value}): {first.says} {first.remedy}{more}")
    return one_line(" ".join(diagnosis.notes))


def page(heading: str, diagnosis: Diagnosis) -> list[str]:
    """The lines of the content view and of `binance.explain`. Raw values: for the user's own terminal."""
    lines = [printable(heading), f"Signature: {_WORDS[diagnosis.signature]}"]
    if diagnosis.verdict is Verdict.CORRECT:
        lines.append("Nothing is wrong with this request.")
    for number, finding in enumerate(diagnosis.findings, 1):
        lines += ["", f"{number}. {finding.rule} ({finding.strength.value})"]
        lines += _wrapped(finding.says, "   ")
        lines += _wrapped(f"What to do: {finding.remedy}", "   ")
        if finding.facts:
            lines += _wrapped(", ".join(f"{name}: {value}" for name, value in finding.facts), "   ")
        if finding.proof is not None:
            lines += ["", *_proof(finding.proof)]
    if diagnosis.notes:
        lines += ["", *(part for note in diagnosis.notes for part in _wrapped(f"Note: {note}", ""))]
    if diagnosis.corrected is not None:
        lines += ["", "As it should be (the signature is made last, over the query and the form):"]
        lines += [
            f"   {part}"
            for part in starred(diagnosis.corrected.encode("utf-8", "backslashreplace")).split("\n")
        ]
    elif diagnosis.left_out:
        lines += ["", *_wrapped(f"The request as it should be is left out: {diagnosis.left_out}.", "")]
    if diagnosis.tried:
        stopped = ", then stopped at the bound" if diagnosis.stopped_early else ""
        lines += ["", f"{diagnosis.tried} signatures recomputed{stopped}."]
    return lines


def starred(octets: bytes) -> str:
    """A raw text with every signature starred, control characters and the backslash escaped."""
    shown = _SIGNATURE.sub(rb"\1" + STARS.encode(), octets[:_LONGEST_TEXT]).decode(
        "utf-8", "backslashreplace"
    )
    cut = "" if len(octets) <= _LONGEST_TEXT else f" ... ({len(octets)} octets)"
    return printable(shown, keep="\n") + cut


def _proof(proof: Proof) -> list[str]:
    """Both texts; below them the neighbourhood of the first difference, with a mark under it."""
    lines = [f"   signed    {_flat(proof.signed)}", f"   expected  {_flat(proof.expected)}"]
    at = proof.first_difference
    if at is None:
        return [*lines, "   The texts are equal: the key, the digest or the output differs."]
    start = max(0, at - _AROUND)
    before = _flat(proof.expected[start:at])
    lines += ["", f"   first different octet: number {at} (counted from 0)"]
    for name, text in (("signed", proof.signed), ("expected", proof.expected)):
        shown = _flat(text[start : at + _AROUND]) or "(ends here)"
        lines.append(
            f"   {name:<9} {'...' if start else ''}{shown}{'...' if len(text) > at + _AROUND else ''}"
        )
    lines.append(f"   {'':<9} {'   ' if start else ''}{' ' * len(before)}^")
    return lines


def _flat(octets: bytes) -> str:
    return starred(octets).replace("\n", "\\n")


def _wrapped(text: str, indent: str) -> Iterable[str]:
    """Words in lines of a readable width. A sentence may repeat a name of the request, which is escaped."""
    row = indent
    for word in printable(text).split():
        if len(row) > len(indent) and len(row) + 1 + len(word) > _WIDTH:
            yield row
            row = indent
        row += word if row == indent else f" {word}"
    yield row
