"""What a check found, and all of them together. Safe to show to anybody."""

from enum import StrEnum

import msgspec

from proxy.core.probes import Probe, Verdict


class Mark(StrEnum):
    """How a check ended, the worst last."""

    SKIPPED = "skipped"  # it could not be judged; the evidence says why
    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


class Finding(msgspec.Struct, frozen=True):
    """What one check says: what was seen, and what to do about it. `fix` is "" where there is nothing to do."""

    mark: Mark
    evidence: str
    fix: str = ""


class Result(msgspec.Struct, frozen=True):
    """The finding of a named check, and how long it took."""

    check: str
    verdict: Mark
    evidence: str
    fix: str
    seconds: float


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All results, in the order of the checks. `at_ms`: Unix ms, local clock. `key`: what the probes say of the key;
    None where none was asked. `probes`: what was asked, for whoever goes on from here."""

    version: str
    at_ms: int
    environment: str
    account: str | None
    checks: tuple[Result, ...]
    key: Verdict | None = None
    probes: tuple[Probe, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a check failed, or none could be judged."""
        marks = {one.verdict for one in self.checks}
        return Mark.FAILED in marks or marks <= {Mark.SKIPPED}


def good(evidence: str) -> Finding:
    return Finding(Mark.GOOD, evidence)


def warning(evidence: str, fix: str) -> Finding:
    return Finding(Mark.WARNING, evidence, fix)


def failed(evidence: str, fix: str) -> Finding:
    return Finding(Mark.FAILED, evidence, fix)


def skipped(why: str, fix: str = "") -> Finding:
    """Not judged: `why` stands where the evidence would."""
    return Finding(Mark.SKIPPED, why, fix)
