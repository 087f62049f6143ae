"""Composition root: the only place that knows everybody. Builds the house, opens the doors, closes them."""

import asyncio
import contextlib
import signal
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from proxy import admin
from proxy.clock import Clocks, LocalClock
from proxy.config.addresses import parse_address
from proxy.core.catalogue import (
    ENVIRONMENTS,
    Catalogue,
    CatalogueError,
    EndpointCorrection,
    Environment,
    Needs,
    PrefixFamily,
    sandbox,
)
from proxy.core.errors import ConfigError
from proxy.core.guard import Door, Policy
from proxy.core.redaction import Redactor
from proxy.core.secret import Secret
from proxy.core.settings import EndpointSettings, Settings
from proxy.credentials import Accounts, read_secret_file, read_token
from proxy.doctor import Doctor
from proxy.gate import Gate
from proxy.journal import Journal
from proxy.pipeline import Pipeline
from proxy.recorder import Recorder
from proxy.server import GatewayServer
from proxy.upstream import Dialer, Sender, tls_context
from proxy.upstream.time import server_time

_LOG: Final = structlog.get_logger("gateway")
_BACKLOG: Final = 1024


@dataclass(slots=True)
class Gateway:
    """A running gateway. `url` and `admin_url` hold the ports that were really bound."""

    url: str
    admin_url: str | None
    pipeline: Pipeline
    journal: Journal
    sender: Sender
    clocks: Clocks
    _runners: list[web.ServerRunner]
    _keeper: asyncio.Task[None]

    async def stop(self) -> bool:
        """Stop accepting, let requests finish, write what is left. Whether all finished in time."""
        for runner in self._runners[:1]:
            for site in list(runner.sites):
                await site.stop()
        drained = await self.pipeline.gate.drained(self.pipeline.settings.limits.drain_seconds)
        self._keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeper
        await self.sender.close()
        for runner in self._runners:
            await runner.cleanup()
        await asyncio.sleep(0)  # the last flows are recorded by callbacks
        await self.pipeline.recorder.settled()
        self.journal.close()
        return drained


async def start(settings: Settings, accounts: Accounts, *, local: LocalClock | None = None) -> Gateway:
    """Build the house and open its doors. Raises ConfigError before any port is open."""
    local = local or LocalClock()
    _require_c_parser()
    environments = _environments(settings)
    token = _token(settings)
    redactor, journal = _records(settings, accounts, token, local)
    sender = Sender(_dialer(settings), settings.upstream, local.monotonic)

    async def fetch_time(base: str, path: str) -> int:
        return await server_time(sender, base, path)

    clocks = Clocks(fetch_time, local, settings.clock)
    pipeline = Pipeline(
        settings=settings,
        door=Door.opened(
            extra_hosts=settings.allow_hosts,
            origins=settings.allow_origins,
            token=token.reveal() if token else None,
            forwarded_writes=settings.policy.forwarded_writes,
        ),
        policy=Policy.of(settings.policy),
        catalogue=_catalogue(settings),
        environments=environments,
        accounts=accounts,
        clocks=clocks,
        local=local,
        sender=sender,
        recorder=Recorder(Doctor(accounts, local), redactor, journal),
        gate=Gate(settings.limits),
    )
    clocks.of(environments[_first_environment(settings, accounts)], PrefixFamily.API).refresh()
    return await _open(settings, pipeline, journal, sender, clocks)


async def _open(
    settings: Settings, pipeline: Pipeline, journal: Journal, sender: Sender, clocks: Clocks
) -> Gateway:
    runners: list[web.ServerRunner] = []
    try:
        url = await _listen(GatewayServer(pipeline.serve, settings.limits), settings.listen, runners)
        admin_url = None
        if settings.admin is not None:
            desk = admin.Desk(pipeline=pipeline, journal=journal, clocks=clocks, sender=sender)
            admin_url = await _listen(GatewayServer(desk.serve, settings.limits), settings.admin, runners)
    except OSError as error:
        for runner in runners:
            await runner.cleanup()
        journal.close()
        raise ConfigError(
            f"cannot listen: {error.strerror or type(error).__name__}",
            "is another gateway running? choose other ports with --listen and --admin (port 0 takes a free one)",
        ) from None
    keeper = asyncio.create_task(clocks.keep())
    return Gateway(url, admin_url, pipeline, journal, sender, clocks, runners, keeper)


async def _listen(server: GatewayServer, address: str, runners: list[web.ServerRunner]) -> str:
    where = parse_address(address)
    runner = web.ServerRunner(server, shutdown_timeout=1.0)
    runners.append(runner)
    await runner.setup()
    site = web.TCPSite(runner, where.host, where.port, backlog=_BACKLOG)
    await site.start()
    host = f"[{where.host}]" if ":" in where.host else where.host
    return f"http://{host}:{runner.addresses[0][1]}"


def _require_c_parser() -> None:
    """The pure-Python parser is laxer: it takes raw octets in targets and hangs on some sizes."""
    from aiohttp import http_parser  # noqa: PLC0415  # looked at once, here only

    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise ConfigError(
            "aiohttp runs without its C parser, which judges requests strictly",
            "unset AIOHTTP_NO_EXTENSIONS, or install a binary wheel of aiohttp",
        )


def _environments(settings: Settings) -> dict[str, Environment]:
    """All environments by name; with an unsafe upstream they all lead there."""
    base = settings.upstream.unsafe_url
    if base is None:
        return dict(ENVIRONMENTS)
    one = sandbox(base)
    return dict.fromkeys([*ENVIRONMENTS, one.name], one)


def _first_environment(settings: Settings, accounts: Accounts) -> str:
    return accounts.default.environment if accounts.default else settings.environment


def _token(settings: Settings) -> Secret | None:
    if settings.token_file is not None:
        return read_token(settings.token_file)
    for address in (settings.listen, settings.admin):
        if address is not None and not parse_address(address).loopback:
            raise ConfigError(
                f"{address} can be reached from other machines and no client token is set",
                "set token_file to a file (mode 0600) with a long random token, or listen on 127.0.0.1",
            )
    return None


def _dialer(settings: Settings) -> Dialer:
    upstream = settings.upstream
    credentials = (
        read_secret_file(upstream.proxy_credentials_file, "the proxy credentials")
        if upstream.proxy_credentials_file
        else None
    )
    return Dialer(
        context=tls_context(),
        proxy_url=upstream.proxy,
        proxy_credentials=credentials,
        local_address=upstream.local_address,
        unsafe=upstream.unsafe_url is not None,
        connect_seconds=upstream.connect_seconds,
    )


def _records(
    settings: Settings, accounts: Accounts, token: Secret | None, local: LocalClock
) -> tuple[Redactor, Journal]:
    journal = Journal(settings.journal, local, later=asyncio.get_running_loop().call_later)
    secrets = [*accounts.secrets(), *([token] if token else [])]
    return Redactor(journal.tag_key, secrets, body_octets=settings.journal.body_bytes), journal


def _catalogue(settings: Settings) -> Catalogue:
    try:
        return Catalogue.builtin().with_corrections(_correction(row) for row in settings.endpoints)
    except CatalogueError as error:
        raise ConfigError(f"endpoints: {error}", "see docs/policy.md for what a correction may say") from None


def _correction(row: EndpointSettings) -> EndpointCorrection:
    method, _, path = row.endpoint.partition(" ")
    return EndpointCorrection(
        method, path, needs=Needs(row.needs) if row.needs else None, mutates=row.mutates
    )


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
