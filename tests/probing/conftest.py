"""An exchange on loopback, and a prober for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec import structs

from proxy.core.catalogue import Environment, PrefixFamily, sandbox as sandbox_environment
from proxy.core.flow import ClockReading
from proxy.core.probes import Probe
from proxy.core.secret import Secret
from proxy.core.settings import JournalSettings, Settings, UpstreamSettings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account
from proxy.probing.call import Call, read_call
from proxy.probing.prober import Asked, Prober, Reading
from proxy.probing.way import Way, make_way, trust_of
from proxy.runtime.clock import LocalClock
from proxy.sandbox import Observation, RunningSandbox, Sandbox, demo_keys, put_on, start


@dataclass
class Bench:
    sandbox: Sandbox
    running: RunningSandbox
    seen: list[Observation]
    way: Way
    prober: Prober

    def be(self, personality: str) -> None:
        put_on(self.sandbox, personality)

    @property
    def account(self) -> Account:
        key = demo_keys()[0]
        return Account("main", "sandbox", key.api_key, HmacKey(Secret(key.secret.encode())))

    @property
    def environment(self) -> Environment:
        return sandbox_environment(self.running.url)

    async def ask(self, call: str | Call) -> Asked:
        asked = read_call(call) if isinstance(call, str) else call
        return await self.prober.ask(asked, self.account, self.environment)

    async def probed(self, call: str | Call = "GET /api/v3/account") -> Probe:
        return (await self.ask(call)).probe


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    local, seen = LocalClock(), list[Observation]()
    sandbox = Sandbox(keys=demo_keys(), observer=seen.append)
    running = await start(sandbox)
    settings = structs.replace(
        Settings(),
        upstream=UpstreamSettings(unsafe_url=running.url),
        journal=JournalSettings(directory=str(tmp_path / "journal")),
    )
    way = make_way(settings, trust_of(settings), local, alternates={})

    async def clock_of(_environment: Environment, _family: PrefixFamily) -> Reading:
        return lambda: ClockReading(local.unix_ms(), 12.34, 1.0, "exchange")

    yield Bench(sandbox, running, seen, way, Prober(settings.signing, way.sender, way.holds, local, clock_of))
    await way.sender.close()
    await running.stop()
