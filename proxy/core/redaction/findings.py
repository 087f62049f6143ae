"""Findings with their proof, so that they can be repeated from the journal as "proven when recorded"."""

from typing import Final

from proxy.core.findings import Finding, Proof
from proxy.core.redaction.name_rules import Location
from proxy.core.redaction.names import decoded, presentable, presentable_alone
from proxy.core.redaction.pairs import PairRedactor
from proxy.core.redaction.record import FindingRecord, ProofRecord
from proxy.core.redaction.structure import redact_json
from proxy.core.redaction.values import ValueRedactor

_MOST_FINDINGS: Final = 12
_LONGEST_PATH: Final = 200


class FindingRedactor:
    """Redacts findings. Their sentences are safe by contract; the compared texts are not."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: PairRedactor) -> None:
        self._pairs = pairs

    def redact(
        self, findings: list[Finding], location: Location, values: ValueRedactor
    ) -> list[FindingRecord]:
        return [
            FindingRecord(
                rule=finding.rule,
                strength=finding.strength.value,
                says=finding.says,
                remedy=finding.remedy,
                facts=dict(finding.facts),
                proof=self._proof(finding.proof, location, values) if finding.proof else None,
            )
            for finding in findings[:_MOST_FINDINGS]
        ]

    def _proof(self, proof: Proof, location: Location, values: ValueRedactor) -> ProofRecord:
        at = proof.first_difference
        return ProofRecord(
            signed=self.text(proof.signed, location, values),
            expected=self.text(proof.expected, location, values),
            signed_octets=len(proof.signed),
            expected_octets=len(proof.expected),
            first_difference=at,
            difference_in=_parameter_at(proof.expected, at, values) if at is not None else "",
        )

    def text(self, signed: bytes, location: Location, values: ValueRedactor) -> str:
        """A signed text: maybe a path or URL and `?`, pairs, maybe JSON; anything else is marked."""
        head, question, rest = signed.partition(b"?")
        if not question or b"=" in head or len(head) > _LONGEST_PATH:
            head, question, rest = b"", b"", signed
        start = rest.find(b'{"')
        pairs, body = (rest[:start], rest[start:]) if start >= 0 else (rest, b"")
        shown = f"{_target(head, values)}?" if question else ""
        shown += self._pairs.redact(pairs, location, values)
        if body:
            inner = redact_json(body, location, values)
            shown += inner if inner is not None else f"<body:malformed-json:{len(body)}>"
        return shown


def _target(head: bytes, values: ValueRedactor) -> str:
    """What stands before the `?`: method, scheme, host, path."""
    scheme, mark, rest = head.rpartition(b"://")
    segments = rest.split(b"/")
    shown = "/".join(values.name(segment, segment, "path") if segment else "" for segment in segments)
    return f"{values.name(scheme, scheme, 'path')}://{shown}" if mark else shown


def _parameter_at(text: bytes, at: int, values: ValueRedactor) -> str:
    """The name of the pair that holds octet `at`."""
    begin = text.rfind(b"&", 0, at) + 1
    pair = text[begin:].partition(b"&")[0]
    raw_name, _, raw_value = pair.partition(b"=")
    name = decoded(raw_name)
    may_be_shown = presentable(name) if decoded(raw_value).strip(b"=") else presentable_alone(name)
    return values.name(raw_name, name) if may_be_shown else ""
