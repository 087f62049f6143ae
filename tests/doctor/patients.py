"""Patients for tests: a sandbox or anything else on loopback, and what the doctor says of it, line by line."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.doctor import Patient, examine, open_patient
from proxy.runtime.clock import LocalClock
from proxy.sandbox import RunningSandbox, Sandbox, SandboxKey, start
from tests.support.gateway import API_KEY, API_SECRET, hmac_account

_MEASURED = re.compile(r"\b[0-9]+(?:\.[0-9]+)? (ms|MiB|GiB)\b")


def right_key(**more: Any) -> SandboxKey:
    """The key of `hmac_account`, as the sandbox stores it."""
    return SandboxKey(API_KEY, "hmac", API_SECRET, **more)


@asynccontextmanager
async def sandbox(*keys: SandboxKey, ssl_context: Any = None) -> AsyncIterator[RunningSandbox]:
    running = await start(Sandbox(keys=list(keys) or [right_key()]), ssl_context=ssl_context)
    try:
        yield running
    finally:
        await running.stop()


@asynccontextmanager
async def patient(
    url: str,
    folder: Path,
    *,
    accounts: Accounts | None = None,
    environ: Mapping[str, str] | None = None,
    local: LocalClock | None = None,
    **settings: Any,
) -> AsyncIterator[Patient]:
    """One whose traffic all goes to `url`; `settings` as in the configuration file."""
    configured = {
        "upstream": {"unsafe_url": url, "connect_seconds": 2.0},
        "journal": {"directory": str(folder / "journal")},
        **settings,
    }
    given = hmac_account() if accounts is None else accounts
    async with open_patient(
        msgspec.convert(configured, Settings), environ or {}, read_accounts=lambda: given, local=local
    ) as opened:
        yield opened


async def lines(one: Patient, *names: str) -> list[str]:
    """`check: verdict: evidence -> fix`; what is measured is N."""
    report = await examine(one, names or None)
    told = (
        f"{r.check}: {r.verdict.value}: {r.evidence}{f' -> {r.fix}' if r.fix else ''}" for r in report.checks
    )
    return [_MEASURED.sub(r"N \1", line) for line in told]
