"""An exchange on loopback and a plan that asks it, on a clock that jumps where the plan would wait."""

import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec import structs

from proxy.audit.built_in import built_in
from proxy.audit.calls import CallSet
from proxy.audit.series import Plan
from proxy.audit.store import Store
from proxy.core.catalogue import sandbox as sandbox_environment
from proxy.core.probes import Probe, Recomputed
from proxy.core.secret import Secret
from proxy.core.settings import JournalSettings, Settings, UpstreamSettings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account
from proxy.probing.way import trust_of
from proxy.runtime.clock import LocalClock
from proxy.sandbox import Observation, RunningSandbox, Sandbox, demo_keys, put_on, start

BEGAN_MS = 1_780_000_000_000


class JumpingClock(LocalClock):
    """Real time from `BEGAN_MS` on, and what was waited on top of it."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.jumped = 0.0

    def elapsed(self) -> float:
        return time.monotonic() - self._began + self.jumped

    def unix_ms(self) -> int:
        return BEGAN_MS + round(self.elapsed() * 1000)

    monotonic = elapsed
    steady = elapsed

    async def wait(self, seconds: float) -> None:
        self.jumped += seconds


@dataclass
class World:
    clock: JumpingClock
    sandbox: Sandbox
    running: RunningSandbox
    seen: list[Observation]
    settings: Settings
    store: Store

    def be(self, *personalities: str) -> None:
        for one in personalities:
            put_on(self.sandbox, one)

    def account(self, name: str = "main", secret: str = "") -> Account:
        key = demo_keys()[0]
        return Account(name, "sandbox", key.api_key, HmacKey(Secret((secret or key.secret).encode())))

    def plan(self, *sets: str | CallSet, accounts: Iterable[Account] | None = None) -> Plan:
        environment = sandbox_environment(self.running.url)
        return Plan(
            settings=self.settings,
            sets=tuple(built_in(one) if isinstance(one, str) else one for one in sets or ("c2c",)),
            accounts=tuple((one, environment) for one in accounts or [self.account()]),
            store=self.store,
            trust=trust_of(self.settings),
            local=self.clock,
            wait=self.clock.wait,
        )


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock, seen = JumpingClock(), list[Observation]()
    sandbox = Sandbox(keys=demo_keys(), now_ms=clock.unix_ms, observer=seen.append)
    running = await start(sandbox)
    settings = structs.replace(
        Settings(),
        upstream=UpstreamSettings(unsafe_url=running.url),
        journal=JournalSettings(directory=str(tmp_path / "journal")),
    )
    store = Store(tmp_path / "journal")
    yield World(clock, sandbox, running, seen, settings, store)
    store.close()
    await running.stop()


def probe(
    path: str = "/api/v3/account",
    status: int | None = 200,
    code: int | str | None = None,
    *,
    method: str = "GET",
    at_ms: int = BEGAN_MS,
    account: str = "main",
    fault: str = "",
) -> Probe:
    """A result as a sweep makes it."""
    return Probe(
        method=method,
        path=path,
        host="api.binance.com",
        account=account,
        at_ms=at_ms,
        status=status,
        code=code,
        fault=fault,
        signature=Recomputed.RIGHT,
    )
