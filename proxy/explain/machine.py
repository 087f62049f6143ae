"""One JSON object for one request: the shape that scripts can rely on. All of it is printable ASCII."""

from typing import Any

from proxy.core.findings import Finding, Proof
from proxy.core.foreign import json_text
from proxy.explain.masks import Masks
from proxy.explain.read_as import read_as
from proxy.explain.verdict import Explained


def as_object(explained: Explained, masks: Masks) -> dict[str, Any]:
    """`verdict`, `signature`, `findings` (strongest first), and what they are about. Empty parts are left out."""
    seen, diagnosis = explained.seen, explained.diagnosis
    found: dict[str, Any] = {
        "verdict": diagnosis.verdict.value,
        "signature": diagnosis.signature.value,
        "findings": [_finding(one, explained, masks) for one in diagnosis.findings],
        "notes": list(diagnosis.notes),
        "request": _request(explained, masks),
        "form": seen.form,
        "read_as": read_as(seen),
    }
    if seen.answer is not None:
        found["status"] = seen.answer.status
    if explained.account is not None:
        found["account"] = explained.account
    if seen.record is not None:
        found["recorded"] = True
        found["request_id"] = seen.record.request_id
    if diagnosis.corrected is not None:
        found["corrected"] = masks.text(diagnosis.corrected)
    elif diagnosis.left_out:
        found["not_corrected"] = diagnosis.left_out
    if diagnosis.tried:
        found["tried"] = diagnosis.tried
    if diagnosis.stopped_early:
        found["stopped_early"] = True
    if seen.gaps:
        found["not_in_the_text"] = list(seen.gaps)
    if seen.fault is not None:
        found["no_answer"] = seen.fault
    if seen.remarks:
        found["remarks"] = list(seen.remarks)
    return found


def as_line(explained: Explained, masks: Masks) -> str:
    """The object on one line."""
    return json_text(as_object(explained, masks))


def _request(explained: Explained, masks: Masks) -> dict[str, Any]:
    seen = explained.seen
    if seen.record is not None:  # stand-ins are nobody's values
        return {"method": seen.record.method, "host": seen.record.server, "path": seen.record.path}
    return {
        "method": masks.text(seen.request.method),
        "host": None if seen.host is None else masks.text(seen.host),
        "path": text_of(masks.octets(seen.request.path)),
    }


def _finding(finding: Finding, explained: Explained, masks: Masks) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rule": finding.rule,
        "strength": finding.strength.value,
        "says": finding.says,
        "remedy": finding.remedy,
    }
    if finding.facts:
        found["facts"] = dict(finding.facts)
    if finding.proof is not None:
        found["proof"] = _proof(finding.proof, masks)
    if explained.was_recorded(finding.rule):
        found["proven_when_recorded"] = finding.strength.value == "proven"
        stored = explained.proof_recorded(finding.rule)
        if stored is not None:
            found["proof"] = {
                "signed": stored.signed,
                "expected": stored.expected,
                "signed_octets": stored.signed_octets,
                "expected_octets": stored.expected_octets,
                "first_difference": stored.first_difference,
                "difference_in": stored.difference_in,
            }
    return found


def _proof(proof: Proof, masks: Masks) -> dict[str, Any]:
    return {
        "signed": text_of(masks.octets(proof.signed)),
        "expected": text_of(masks.octets(proof.expected)),
        "signed_octets": len(proof.signed),
        "expected_octets": len(proof.expected),
        "first_difference": proof.first_difference,
    }


def text_of(octets: bytes) -> str:
    r"""UTF-8 text; octets that are none as `\xNN`."""
    return octets.decode("utf-8", "backslashreplace")
