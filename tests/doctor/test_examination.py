"""Running checks: one that breaks or hangs takes no other with it."""

import asyncio
from pathlib import Path
from types import MappingProxyType

import pytest

from proxy import __version__
from proxy.doctor import Mark, Patient, Report, Result, examine
from proxy.doctor.all_checks import CHECKS
from proxy.doctor.check import Check
from proxy.doctor.result import Finding, good
from tests.doctor.patients import patient


async def _breaks(_: Patient) -> Finding:
    raise RuntimeError("text that may hold anything")


async def _hangs(_: Patient) -> Finding:
    await asyncio.sleep(60)
    return good("never")


async def _tells(_: Patient) -> Finding:
    return good(f"in {Path.home()}/x")


async def test_a_check_that_breaks_or_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {
        "breaks": Check(name="breaks", looks_at="", run=_breaks),
        "hangs": Check(name="hangs", looks_at="", run=_hangs, seconds=0.05),
        "tells": Check(name="tells", looks_at="", run=_tells),
    }
    monkeypatch.setattr("proxy.doctor.examination.CHECKS", MappingProxyType(made))
    told: list[Result] = []
    async with patient("http://127.0.0.1:9", tmp_path) as one:
        report = await examine(one, None, told.append)
    assert [(one.check, one.verdict.value, one.evidence) for one in report.checks] == [
        ("breaks", "failed", "this check could not be made: RuntimeError"),
        ("hangs", "failed", "this check did not end within 0.05 s"),
        ("tells", "good", "in ~/x"),
    ]
    assert told == list(report.checks)
    assert (report.version, report.environment, report.account, report.key) == (
        __version__,
        "production",
        "main",
        None,
    )


@pytest.mark.parametrize(
    ("marks", "failed"),
    [
        ([Mark.GOOD], False),
        ([Mark.GOOD, Mark.WARNING, Mark.SKIPPED], False),
        ([Mark.GOOD, Mark.FAILED], True),
        ([Mark.SKIPPED], True),
    ],
)
def test_when_a_report_has_failed(marks: list[Mark], failed: bool) -> None:
    checks = tuple(Result("x", mark, "", "", 0.0) for mark in marks)
    report = Report(version="", at_ms=0, environment="", account=None, checks=checks)
    assert report.failed is failed


def test_slow_checks_come_last_and_names_are_words() -> None:
    slow = [check.slow for check in CHECKS.values()]
    assert slow == sorted(slow)
    assert all(name == check.name and name.replace("-", "").isalnum() for name, check in CHECKS.items())
    assert all(check.looks_at for check in CHECKS.values())
