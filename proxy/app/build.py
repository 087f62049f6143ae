"""Composition root: builds the rooms in order, then listens. The only place that knows all of them."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

from proxy.admin.api import METRICS
from proxy.app.doors import open_doors
from proxy.app.gateway import Gateway
from proxy.app.preflight import (
    client_token,
    corrected_catalogue,
    require_bound_keys,
    require_c_parser,
    safe_environments,
)
from proxy.app.rooms import Common, Exchange, Observers
from proxy.clients.registry import Clients
from proxy.clients.tickets import Tickets
from proxy.config.derived import policies
from proxy.core.catalogue import ALTERNATE_BASES, Environment, PrefixFamily
from proxy.core.errors import RefusedError
from proxy.core.flow import Flow
from proxy.core.guard import IngressPolicy, permit
from proxy.core.head import Head
from proxy.core.redaction import Redactor
from proxy.core.routing import Router
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.diagnosis.client_signature import SignatureCheck
from proxy.diagnosis.live import RULES, LiveDiagnosis
from proxy.diagnosis.scheduler import DiagnosisScheduler
from proxy.gateway.allowances import Allowances, Counts, needs_counts
from proxy.gateway.concurrency import ConcurrencyLimit
from proxy.gateway.confirmations import Confirmations
from proxy.gateway.contradictions import RULES as CONTRADICTIONS
from proxy.gateway.dispatch import Dispatcher
from proxy.gateway.front_page import FrontPage
from proxy.gateway.guard import Guard
from proxy.gateway.intake import Intake
from proxy.gateway.kill_switch import KillSwitch
from proxy.gateway.market import Market
from proxy.gateway.pipeline import Pipeline
from proxy.gateway.reconciliation.leftovers import log_leftovers
from proxy.gateway.reconciliation.order_query import OrderQuery
from proxy.gateway.reconciliation.reconciler import Reconciler
from proxy.gateway.recorder import Recorder
from proxy.gateway.relay import Relay
from proxy.gateway.reload import KnownSecrets, Read, Reload
from proxy.gateway.repair_log import RepairLog
from proxy.gateway.repeats import Repeats
from proxy.gateway.slow_lane import SlowLane
from proxy.journal import Journal
from proxy.journal.checkpoint_key import LIBRARY as SIGNING_LIBRARY
from proxy.limits.configured import configured_holds
from proxy.limits.holds import Holds
from proxy.limits.shared_reads import SharedReads
from proxy.limits.throttle import Throttle
from proxy.limits.weight import WeightBudget
from proxy.runtime.background_imports import BackgroundImports
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import Clocks, Fetch
from proxy.server import GatewayServer
from proxy.upstream.configured import configured_dialer
from proxy.upstream.faults import fault
from proxy.upstream.sender import Sender
from proxy.upstream.time import server_time
from proxy.upstream.tls import tls_context

_IN_BACKGROUND: Final = (*RULES, SIGNING_LIBRARY, METRICS, CONTRADICTIONS)
"""What is imported once the ports are open."""


async def start_gateway(
    settings: Settings,
    accounts: Accounts,
    *,
    local: LocalClock | None = None,
    trust: Callable[[], ssl.SSLContext] = tls_context,
    read_again: Read | None = None,
    on_secrets: Callable[[tuple[Secret, ...]], None] = lambda _: None,
) -> Gateway:
    """Build all rooms and listen. `read_again` reads the configuration anew, where there is one, and `on_secrets`
    is told which secrets it brought. Raises ConfigError before any port is open."""
    require_c_parser()
    environments = safe_environments(settings)
    require_bound_keys(accounts)
    async with AsyncExitStack() as opened:
        common = _common(settings, accounts, environments, local or LocalClock(), opened)
        observers = _observers(common)
        opened.push_async_callback(_flush_records, observers.recorder)
        servers: list[GatewayServer] = []
        opened.push_async_callback(_close_servers, servers)
        exchange = _exchange(common, trust, opened)
        counts = _counts(common, opened)
        pipeline = _pipeline(common, observers, exchange, counts, opened)
        reload = _reload(common, observers, pipeline, read_again, on_secrets)
        _warm_up(common, exchange)
        url, admin_url, token = await open_doors(common, exchange, pipeline, reload, servers, opened)
        _run_in_background(
            opened,
            exchange.clocks.keep_fresh(),
            exchange.sender.keep_warm(),
            common.clients.follow_file(),
            common.background.load_when_idle(pipeline.slots.traffic),
            log_leftovers(Path(settings.journal.directory)),
        )
        return Gateway(
            settings=settings,
            url=url,
            admin_url=admin_url,
            token=token,
            pipeline=pipeline,
            reload=reload,
            journal=common.journal,
            background=common.background,
            server=servers[0],
            opened=opened.pop_all(),
        )


def _reload(
    common: Common,
    observers: Observers,
    pipeline: Pipeline,
    read_again: Read | None,
    on_secrets: Callable[[tuple[Secret, ...]], None],
) -> Reload:
    return Reload(
        began=common.settings,
        clients=common.clients,
        guard=pipeline.guard,
        diagnosis=observers.diagnosis,
        recorder=observers.recorder,
        counts=pipeline.guard.allowances.counts,
        tickets=common.tickets,
        written=pipeline.written,
        secrets=common.secrets,
        read=read_again,
        on_secrets=on_secrets,
    )


def _pipeline(
    common: Common, observers: Observers, exchange: Exchange, counts: Counts, opened: AsyncExitStack
) -> Pipeline:
    settings, local, throttle = common.settings, common.local, exchange.throttle
    kill_switch = KillSwitch()

    def leaving(flow: Flow, head: Head) -> None:
        kill_switch.stop_write()
        # a body, a person, a price or a connection took its time
        caller = common.clients.authenticate(head, local.unix_ms())
        if flow.endpoint is not None and (refusal := permit(flow.endpoint, caller.policy)):
            raise RefusedError(refusal)
        counts.mark_sent(flow)

    dispatcher = Dispatcher(settings.signing, exchange.sender, throttle, observers.recorder.announce, leaving)
    router = Router(common.catalogue)
    market = Market(dispatcher, throttle, exchange.clocks, router, local.monotonic)
    opened.push_async_callback(market.stop)
    query = OrderQuery(dispatcher, throttle, common.catalogue)
    ingress = _ingress(common)
    in_flight, record_outcome = settings.limits.in_flight, observers.recorder.record_outcome
    reconciler = Reconciler(settings.orders, query, record_outcome, local, in_flight=in_flight)
    return Pipeline(
        home=settings.environment,
        environments=common.environments,
        local=local,
        slots=ConcurrencyLimit(settings.limits),
        front_page=FrontPage("http" if settings.tls_certificate_file is None else "https"),
        guard=Guard(ingress, kill_switch, Allowances(market, counts, local.unix_ms)),
        clients=common.clients,
        router=router,
        intake=Intake(settings, exchange.clocks, throttle, observers.check, local.monotonic, RepairLog()),
        repeats=Repeats(settings.orders, reconciler.lookups, local, in_flight=in_flight),
        confirmations=Confirmations(common.tickets, local),
        dispatcher=dispatcher,
        relay=observers.relay,
        slow_lane=SlowLane(local.monotonic, settings.limits),
        throttle=throttle,
        reconciler=reconciler,
        recorder=observers.recorder,
    )


def _counts(common: Common, opened: AsyncExitStack) -> Counts:
    """Opened now where a policy may need it: what cannot be counted is told at the start. Raises ConfigError."""
    counts = Counts(Path(common.settings.journal.directory))
    opened.callback(counts.close)
    if any(map(needs_counts, common.clients.policies())):
        counts.open()
    return counts


def _common(
    settings: Settings,
    accounts: Accounts,
    environments: dict[str, Environment],
    local: LocalClock,
    opened: AsyncExitStack,
) -> Common:
    token = client_token(settings)
    clients = Clients.load(settings, accounts)
    clients.log_doubts()
    journal = Journal(settings.journal, local, later=asyncio.get_running_loop().call_later)
    opened.callback(journal.close)
    tickets = Tickets(Path(settings.journal.directory))
    opened.callback(tickets.close)
    if any(policy.confirm and policy.confirm_mode == "ticket" for _, policy in policies(settings)):
        tickets.open()
    catalogue = corrected_catalogue(settings)
    background = BackgroundImports(_IN_BACKGROUND)
    secrets = KnownSecrets((*accounts.secrets(), *([token] if token else [])))
    return Common(
        settings,
        accounts,
        environments,
        local,
        token,
        secrets,
        clients,
        catalogue,
        journal,
        tickets,
        background,
    )


def _observers(common: Common) -> Observers:
    settings, local, clients, journal = common.settings, common.local, common.clients, common.journal

    def redactor() -> Redactor:
        secrets = [*common.secrets.all(), *clients.secrets()]
        return Redactor(journal.tag_key, secrets, body_octets=settings.journal.body_bytes)

    scheduler = DiagnosisScheduler(local)
    diagnosis = LiveDiagnosis(common.accounts, local, common.background, scheduler)
    check = SignatureCheck(local, clients.known_keys, common.background, scheduler)
    recorder = Recorder(diagnosis, check, redactor, journal, local.monotonic)
    clients.on_change = recorder.renew_redactor
    relay = Relay(
        diagnose=diagnosis.diagnose_briefly,
        symbols=diagnosis.symbols,
        now=local.monotonic,
        captured_octets=settings.journal.body_bytes,
        progress_seconds=settings.upstream.progress_seconds,
        total_seconds=settings.upstream.total_seconds,
        explain=settings.answers.explain,
    )
    return Observers(recorder, relay, check, diagnosis)


def _exchange(common: Common, trust: Callable[[], ssl.SSLContext], opened: AsyncExitStack) -> Exchange:
    settings, local = common.settings, common.local
    dialer = configured_dialer(settings.upstream, trust())
    sender = Sender(dialer, settings.upstream, local.monotonic, ALTERNATE_BASES, local.steady)
    opened.push_async_callback(sender.close)
    holds = configured_holds(settings, local)
    shared_reads = SharedReads(local.monotonic) if settings.budget.coalesce else None
    clocks = Clocks(_time_source(sender, holds), local, settings.clock)
    opened.push_async_callback(clocks.stop)
    return Exchange(
        sender, Throttle(holds, WeightBudget(settings.budget, local.steady), shared_reads), clocks
    )


def _warm_up(common: Common, exchange: Exchange) -> None:
    """Have a connection and the time at hand before the first request comes."""
    home = common.home
    exchange.sender.keep_home(base for base in [home.base_for(PrefixFamily.API)] if base is not None)
    exchange.clocks.of(home, PrefixFamily.API).refresh()


def _time_source(sender: Sender, holds: Holds) -> Fetch:
    """Asks a host for its time, unless a hold says that it must not be asked anything."""

    async def fetch(base: str, path: str) -> int:
        if holds.is_host_held(base):
            raise fault("upstream_unreachable", "connect", "a hold is running")
        return await server_time(sender, base, path)

    return fetch


def _ingress(common: Common) -> IngressPolicy:
    settings, token = common.settings, common.token
    return IngressPolicy.build(
        extra_hosts=settings.allow_hosts,
        origins=settings.allow_origins,
        token=token.reveal() if token else None,
        forwarded=settings.policy.forwarded,
        keys_required=common.clients.required,
    )


def _run_in_background(opened: AsyncExitStack, *forever: Coroutine[Any, Any, None]) -> None:
    """Run these for as long as the gateway runs."""
    for running in forever:
        opened.push_async_callback(_cancel, asyncio.create_task(running))


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _close_servers(servers: list[GatewayServer]) -> None:
    for server in servers:
        await server.close()


async def _flush_records(recorder: Recorder) -> None:
    await asyncio.sleep(0)  # the last flows are recorded by callbacks
    await recorder.flush()
