"""Whom an export is about: the account whose call failed last, and where that call went."""

from collections.abc import Iterable
from typing import NamedTuple

from proxy.core.redaction import FlowRecord
from proxy.evidence.anonymous import Kept
from proxy.evidence.report.story import GOOD_CODES


class Subject(NamedTuple):
    """`account`: as the records name it. `environment`: the one that the call was sent to."""

    account: str
    environment: str


def subject_of(records: Iterable[Kept]) -> Subject | None:
    """Of the newest failure that an account's key was used for; without one, of the newest such call. None where no
    key was used."""
    sent = [
        one
        for one in records
        if isinstance(one, FlowRecord) and one.account and one.key and not one.dry_run and one.went
    ]
    newest = next((one for one in reversed(sent) if _failed(one)), sent[-1] if sent else None)
    return Subject(newest.account, newest.environment) if newest is not None else None


def _failed(one: FlowRecord) -> bool:
    return one.status is None or one.status >= 400 or one.code not in GOOD_CODES
