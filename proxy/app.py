"""Composition root: the only place that knows everybody. Builds the house, opens the doors, closes them."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from proxy import admin
from proxy.admin_token import AdminToken, write_admin_token
from proxy.budget import Budget
from proxy.clients import Clients, SignatureCheck
from proxy.clock import Clocks, Fetch, LocalClock
from proxy.coalescing import Coalescing
from proxy.core.catalogue import ALTERNATE_BASES, PrefixFamily
from proxy.core.errors import ConfigError
from proxy.core.guard import Door
from proxy.core.redaction import Redactor
from proxy.core.routing import Router
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.credentials import Accounts, read_secret_file
from proxy.doctor import RULES, Doctor
from proxy.examiner import Examiner
from proxy.gate import Gate
from proxy.holds import Holds
from proxy.journal import Journal
from proxy.late import LateModules
from proxy.listener import close_socket, listen, server_tls
from proxy.outcomes import Looker, Outcomes, tell_leftovers
from proxy.outlet import Outlet
from proxy.pipeline import Pipeline
from proxy.preflight import (
    client_token,
    corrected_catalogue,
    require_bound_keys,
    require_c_parser,
    safe_environments,
)
from proxy.recorder import Recorder
from proxy.relay import Relay
from proxy.server import GatewayServer
from proxy.switch import KillSwitch
from proxy.trust import tls_context
from proxy.upstream import Dialer, Sender, fault
from proxy.upstream.time import server_time

_LATE: Final = (RULES, "proxy.metrics")


@dataclass(slots=True)
class Gateway:
    """A running gateway. `url` and `admin_url` hold the ports that were really bound."""

    url: str
    admin_url: str | None
    token: AdminToken | None
    pipeline: Pipeline
    journal: Journal
    sender: Sender
    clocks: Clocks
    late: LateModules
    _servers: list[GatewayServer]
    _keepers: tuple[asyncio.Task[None], ...]

    @property
    def admin_token_file(self) -> Path | None:
        return self.token.path if self.token else None

    async def stop(self) -> bool:
        """Stop accepting, let requests finish, write what is left. Whether all finished in time."""
        self._servers[0].stop_listening()
        close_socket(self.url)
        loop, seconds = asyncio.get_running_loop(), self.pipeline.settings.limits.drain_seconds
        deadline = loop.time() + seconds
        self.pipeline.outcomes.hurry()
        drained = await self.pipeline.gate.drained(seconds)
        await self.pipeline.outcomes.stop(deadline - loop.time())
        for keeper in self._keepers:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
        await self.clocks.stop()
        await self.sender.close()
        for server in self._servers:
            await server.close()
        await asyncio.sleep(0)  # the last flows are recorded by callbacks
        await self.pipeline.recorder.settled()
        self.journal.close()
        if self.token is not None:
            self.token.withdraw()
        return drained


async def start(
    settings: Settings,
    accounts: Accounts,
    *,
    local: LocalClock | None = None,
    trust: Callable[[], ssl.SSLContext] = tls_context,
) -> Gateway:
    """Build the house and open its doors. Raises ConfigError before any port is open."""
    local = local or LocalClock()
    require_c_parser()
    environments = safe_environments(settings)
    require_bound_keys(accounts)
    token = client_token(settings)
    clients = Clients.opened(settings, accounts)
    journal = Journal(settings.journal, local, later=asyncio.get_running_loop().call_later)
    late = LateModules(_LATE)
    recorder = _recorder(settings, accounts, clients, token, journal, late, local)
    sender = Sender(
        _dialer(settings, trust), settings.upstream, local.monotonic, ALTERNATE_BASES, local.steady
    )
    holds_file = Path(settings.budget.holds_file) if settings.budget.holds_file else None
    holds = Holds(Path(settings.journal.directory), local.steady, local.unix_ms, file=holds_file)
    clocks = Clocks(_time_source(sender, holds), local, settings.clock)
    catalogue = corrected_catalogue(settings)
    looker = Looker(sender, holds, catalogue, settings.signing.recv_window_ms)
    pipeline = Pipeline(
        settings=settings,
        door=_door(settings, token, clients),
        clients=clients,
        switch=KillSwitch(),
        router=Router(catalogue),
        environments=environments,
        clocks=clocks,
        local=local,
        sender=sender,
        relay=_relay(settings, recorder, local),
        recorder=recorder,
        gate=Gate(settings.limits),
        outlet=Outlet(holds, Budget(settings.budget, local.steady), _coalescing(settings, local)),
        outcomes=Outcomes(
            settings.orders, looker, recorder.outcome, local, in_flight=settings.limits.in_flight
        ),
    )
    home = environments[accounts.default.environment if accounts.default else settings.environment]
    sender.keep_main(base for base in [home.base_for(PrefixFamily.API)] if base is not None)
    clocks.of(home, PrefixFamily.API).refresh()  # and so the first connection is made at once
    return await _open(settings, pipeline, journal, sender, clocks, late)


async def _open(
    settings: Settings,
    pipeline: Pipeline,
    journal: Journal,
    sender: Sender,
    clocks: Clocks,
    late: LateModules,
) -> Gateway:
    servers: list[GatewayServer] = []
    admin_url = token = None
    try:
        url = await listen(pipeline.serve, settings.listen, settings.limits, servers, _tls(settings))
        if settings.admin is not None:
            token = write_admin_token(Path(settings.journal.directory))
            desk = admin.Desk(pipeline=pipeline, journal=journal, clocks=clocks, token=token, late=late)
            admin_url = await listen(desk.serve, settings.admin, settings.limits, servers)
    except (OSError, ConfigError) as error:
        for server in servers:
            await server.close()
        journal.close()
        if token is not None:
            token.withdraw()
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(
            f"cannot listen: {error.strerror or type(error).__name__}",
            "is another gateway running? choose other ports with --listen and --admin (port 0 takes a free one)",
        ) from None
    leftovers = tell_leftovers(Path(settings.journal.directory))
    loading = late.load_when_idle(pipeline.gate.traffic)
    tended = (clocks.keep(), sender.keep_warm(), pipeline.clients.keep(), loading, leftovers)
    keepers = tuple(asyncio.create_task(keeping) for keeping in tended)
    return Gateway(
        url,
        admin_url,
        token,
        pipeline,
        journal,
        sender,
        clocks,
        late,
        servers,
        keepers,
    )


def _recorder(
    settings: Settings,
    accounts: Accounts,
    clients: Clients,
    token: Secret | None,
    journal: Journal,
    late: LateModules,
    local: LocalClock,
) -> Recorder:
    def redactor() -> Redactor:
        secrets = [*accounts.secrets(), *clients.secrets(), *([token] if token else [])]
        return Redactor(journal.tag_key, secrets, body_octets=settings.journal.body_bytes)

    examiner = Examiner(local)
    check = SignatureCheck(local, clients.known_keys, late, examiner)
    recorder = Recorder(Doctor(accounts, local, late, examiner), check, redactor, journal, local.monotonic)
    clients.changed = recorder.renew
    return recorder


def _time_source(sender: Sender, holds: Holds) -> Fetch:
    """Asks a host for its time, unless a hold says that it must not be asked anything."""

    async def fetch(base: str, path: str) -> int:
        if holds.host_held(base):
            raise fault("upstream_unreachable", "connect", "a hold is running")
        return await server_time(sender, base, path)

    return fetch


def _door(settings: Settings, token: Secret | None, clients: Clients) -> Door:
    return Door.opened(
        extra_hosts=settings.allow_hosts,
        origins=settings.allow_origins,
        token=token.reveal() if token else None,
        forwarded_writes=settings.policy.forwarded_writes or clients.required,
    )


def _coalescing(settings: Settings, local: LocalClock) -> Coalescing | None:
    return Coalescing(local.monotonic) if settings.budget.coalesce else None


def _relay(settings: Settings, recorder: Recorder, local: LocalClock) -> Relay:
    return Relay(
        diagnose=recorder.first_stage,
        now=local.monotonic,
        captured_octets=settings.journal.body_bytes,
        progress_seconds=settings.upstream.progress_seconds,
        total_seconds=settings.upstream.total_seconds,
    )


def _tls(settings: Settings) -> ssl.SSLContext | None:
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    return server_tls(certificate, key) if certificate is not None and key is not None else None


def _dialer(settings: Settings, trust: Callable[[], ssl.SSLContext]) -> Dialer:
    upstream = settings.upstream
    credentials = (
        read_secret_file(upstream.proxy_credentials_file, "the proxy credentials")
        if upstream.proxy_credentials_file
        else None
    )
    return Dialer(
        context=trust(),
        proxy_url=upstream.proxy,
        proxy_credentials=credentials,
        local_address=upstream.local_address,
        unsafe=upstream.unsafe_url is not None,
        connect_seconds=upstream.connect_seconds,
    )
