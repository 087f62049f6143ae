"""Composition root: the only place that knows everybody. Builds the house, opens the doors, closes them."""

import asyncio
import contextlib
import signal
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from proxy import admin
from proxy.admin_token import write_admin_token
from proxy.budget import Budget
from proxy.clients import Clients, SignatureCheck
from proxy.clock import Clocks, LocalClock
from proxy.coalescing import Coalescing
from proxy.config.addresses import parse_address, socket_path
from proxy.config.derived import catalogue_of, environments_of
from proxy.core.catalogue import (
    ALLOWED_UPSTREAM_HOSTS,
    ALTERNATE_BASES,
    Catalogue,
    CatalogueError,
    Environment,
    PrefixFamily,
)
from proxy.core.errors import ConfigError
from proxy.core.guard import Door
from proxy.core.redaction import Redactor
from proxy.core.routing import Router
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.credentials import Account, Accounts, read_secret_file, read_token
from proxy.doctor import ENGINE, Doctor
from proxy.examiner import Examiner
from proxy.gate import Gate
from proxy.holds import Holds
from proxy.journal import Journal
from proxy.late import LateModules
from proxy.listener import close_socket, listen, server_tls
from proxy.outcomes import Looker, Outcomes, tell_leftovers
from proxy.outlet import Outlet
from proxy.pipeline import Pipeline
from proxy.recorder import Recorder
from proxy.relay import Relay
from proxy.server import GatewayServer
from proxy.switch import KillSwitch
from proxy.trust import tls_context
from proxy.upstream import Dialer, Sender, fault
from proxy.upstream.time import server_time

_LOG: Final = structlog.get_logger("gateway")
_LATE: Final = (ENGINE, "proxy.metrics")


@dataclass(slots=True)
class Gateway:
    """A running gateway. `url` and `admin_url` hold the ports that were really bound."""

    url: str
    admin_url: str | None
    admin_token_file: Path | None
    pipeline: Pipeline
    journal: Journal
    sender: Sender
    clocks: Clocks
    late: LateModules
    _servers: list[GatewayServer]
    _keepers: tuple[asyncio.Task[None], ...]

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
    _require_c_parser()
    environments = _environments(settings)
    _require_bound_keys(accounts)
    token = _token(settings)
    clients = Clients.opened(settings, accounts)
    journal = Journal(settings.journal, local, later=asyncio.get_running_loop().call_later)

    def redactor() -> Redactor:
        secrets = [*accounts.secrets(), *clients.secrets(), *([token] if token else [])]
        return Redactor(journal.tag_key, secrets, body_octets=settings.journal.body_bytes)

    late = LateModules(_LATE)
    examiner = Examiner(local)
    check = SignatureCheck(local, clients.known_keys, late, examiner)
    recorder = Recorder(Doctor(accounts, local, late, examiner), check, redactor, journal)
    clients.changed = recorder.renew
    sender = Sender(_dialer(settings, trust), settings.upstream, local.monotonic, ALTERNATE_BASES)

    holds_file = Path(settings.budget.holds_file) if settings.budget.holds_file else None
    holds = Holds(Path(settings.journal.directory), local.steady, local.unix_ms, file=holds_file)

    async def fetch_time(base: str, path: str) -> int:
        if holds.host_held(base):
            raise fault("upstream_unreachable", "connect", "a hold is running")
        return await server_time(sender, base, path)

    clocks = Clocks(fetch_time, local, settings.clock)
    catalogue = _catalogue(settings)
    looker = Looker(sender, holds, catalogue, settings.signing.recv_window_ms)
    pipeline = Pipeline(
        settings=settings,
        door=Door.opened(
            extra_hosts=settings.allow_hosts,
            origins=settings.allow_origins,
            token=token.reveal() if token else None,
            forwarded_writes=settings.policy.forwarded_writes or clients.required,
        ),
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
        holds=holds,
        outlet=Outlet(holds, Budget(settings.budget, local.steady), _coalescing(settings, local)),
        outcomes=Outcomes(settings.orders, looker, recorder.outcome, local, in_flight=settings.limits.in_flight),
    )
    home = environments[_first_environment(settings, accounts)]
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
    try:
        url = await listen(pipeline.serve, settings.listen, settings.limits, servers, _tls(settings))
        admin_url = token = None
        if settings.admin is not None:
            token = write_admin_token(Path(settings.journal.directory))
            desk = admin.Desk(pipeline=pipeline, journal=journal, clocks=clocks, token=token)
            admin_url = await listen(desk.serve, settings.admin, settings.limits, servers)
    except (OSError, ConfigError) as error:
        for server in servers:
            await server.close()
        journal.close()
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(
            f"cannot listen: {error.strerror or type(error).__name__}",
            "is another gateway running? choose other ports with --listen and --admin (port 0 takes a free one)",
        ) from None
    leftovers = tell_leftovers(Path(settings.journal.directory))
    tended = (clocks.keep(), sender.keep_warm(), pipeline.clients.keep(), late.load(), leftovers)
    keepers = tuple(asyncio.create_task(keeping) for keeping in tended)
    return Gateway(
        url, admin_url, token.path if token else None, pipeline, journal, sender, clocks, late, servers, keepers
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


def _require_c_parser() -> None:
    """The pure-Python parser is laxer: it takes raw octets in targets and hangs on some sizes."""
    from aiohttp import http_parser  # noqa: PLC0415  # looked at once, here only

    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise ConfigError(
            "aiohttp runs without its C parser, which judges requests strictly",
            "unset AIOHTTP_NO_EXTENSIONS, or install a binary wheel of aiohttp",
        )


def _environments(settings: Settings) -> dict[str, Environment]:
    """All environments by name. Keys go to Binance's own hosts over TLS only, but for the unsafe upstream."""
    environments = environments_of(settings)
    if settings.upstream.unsafe_url is None:
        for base in (base for one in environments.values() for base in one.bases.values()):
            if base.removeprefix("https://") not in ALLOWED_UPSTREAM_HOSTS:
                raise ConfigError(f"{base} is not among the hosts a key may go to")
    return environments


def _require_bound_keys(accounts: Accounts) -> None:
    """A key belongs to one environment: the testnet's never goes to production, nor the reverse."""
    bound: dict[str, Account] = {}
    for account in accounts:
        other = bound.setdefault(account.api_key, account)
        if other.environment != account.environment:
            raise ConfigError(
                f"accounts {other.name} and {account.name} have the same API key and different environments",
                "a key is known to one environment only; give each account its own",
            )


def _first_environment(settings: Settings, accounts: Accounts) -> str:
    return accounts.default.environment if accounts.default else settings.environment


def _token(settings: Settings) -> Secret | None:
    if settings.token_file is not None:
        return read_token(settings.token_file)
    for address in (None if settings.clients_file else settings.listen, settings.admin):
        if address is not None and socket_path(address) is None and not parse_address(address).loopback:
            raise ConfigError(
                f"{address} can be reached from other machines and no client token is set",
                "set token_file to a file (mode 0600) with a long random token, or listen on 127.0.0.1",
            )
    return None


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


def _catalogue(settings: Settings) -> Catalogue:
    try:
        return catalogue_of(settings)
    except CatalogueError as error:
        raise ConfigError(f"endpoints: {error}", "see docs/policy.md for what a correction may say") from None


def obey_signals(switch: KillSwitch) -> None:
    """From now on SIGUSR1 turns everything read-only, and SIGUSR2 back to the configured policies."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, switch.turn, True, "SIGUSR1")
    loop.add_signal_handler(signal.SIGUSR2, switch.turn, False, "SIGUSR2")


async def until_stopped() -> signal.Signals:
    """Wait for SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[signal.Signals] = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _resolve, stopped, number)
    try:
        return await stopped
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _resolve(stopped: "asyncio.Future[signal.Signals]", number: signal.Signals) -> None:
    if not stopped.done():
        stopped.set_result(number)
