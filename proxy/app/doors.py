"""Opens the ports: the gateway's, and the admin port with what it can be asked."""

from contextlib import AsyncExitStack
from pathlib import Path

from proxy.admin.api import AdminApi, Source
from proxy.admin.readiness import Readiness
from proxy.admin.token import AdminToken, write_admin_token
from proxy.app.ports import cannot_listen
from proxy.app.preflight import affordable
from proxy.app.rooms import Common, Exchange
from proxy.core.errors import Refusal
from proxy.core.guard import IngressPolicy
from proxy.gateway.pipeline import Pipeline
from proxy.gateway.recorder import Recorder
from proxy.gateway.reload import Reload
from proxy.runtime.clock import LocalClock
from proxy.server import GatewayServer
from proxy.server.listener import listen, server_tls
from proxy.server.refusal_log import RefusalLog


async def open_doors(
    common: Common,
    exchange: Exchange,
    pipeline: Pipeline,
    reload: Reload,
    servers: list[GatewayServer],
    opened: AsyncExitStack,
) -> tuple[str, str | None, AdminToken | None]:
    """Listen. Returns the gateway's address, the admin port's, and its token. Raises ConfigError."""
    settings = common.settings
    limits = affordable(settings.limits)
    certificate, key = settings.tls_certificate_file, settings.tls_key_file
    tls = server_tls(certificate, key) if certificate is not None and key is not None else None
    where = settings.listen
    try:
        url = await listen(pipeline.serve, settings.listen, limits, servers, tls)
        _record_refusals(servers[0].refusals, pipeline.recorder, common.local, opened)
        if settings.admin is None:
            return url, None, None
        token = write_admin_token(Path(settings.journal.directory))
        if token is not None:
            opened.callback(token.withdraw)
        admin = _admin_api(common, exchange, pipeline, reload, servers[0].refusals, token)
        where = settings.admin
        admin_url = await listen(admin.serve, settings.admin, limits, servers)
        pipeline.front_page.admin_url = admin_url
        if token is not None:
            token.tell_address(admin_url)
        return url, admin_url, token
    except OSError as error:
        raise cannot_listen(error, where) from None


def _record_refusals(log: RefusalLog, recorder: Recorder, local: LocalClock, opened: AsyncExitStack) -> None:
    """What was no request has a row in the journal, too; at the end the rows that are still counted."""

    def tell(refusal: Refusal, count: int, seconds_ago: float) -> None:
        now_ms = local.unix_ms()
        recorder.record_no_request(refusal, now_ms - round(seconds_ago * 1000), count, now_ms)

    log.tell = tell
    opened.callback(log.flush)


def _admin_api(
    common: Common,
    exchange: Exchange,
    pipeline: Pipeline,
    reload: Reload,
    refusals: RefusalLog,
    token: AdminToken | None,
) -> AdminApi:
    slots, kill_switch = pipeline.slots, pipeline.guard.kill_switch
    lookups, throttle = pipeline.reconciler.lookups, exchange.throttle
    return AdminApi(
        policy=IngressPolicy(hosts=pipeline.guard.ingress.hosts),
        token=token,
        slots=slots,
        kill_switch=kill_switch,
        confirmations=pipeline.confirmations,
        lookups=lookups,
        throttle=throttle,
        journal=common.journal,
        clocks=exchange.clocks,
        readiness=Readiness(
            clients=common.clients,
            home=lambda: common.home,
            clocks=exchange.clocks,
            refresh_seconds=common.settings.clock.refresh_seconds,
            holds=throttle.holds,
            journal=common.journal,
        ),
        reload=reload.run,
        sources=_sources(common, exchange, pipeline, refusals),
        load_metrics=common.background.load,
        unsafe_url=common.settings.upstream.unsafe_url,
    )


def _sources(
    common: Common, exchange: Exchange, pipeline: Pipeline, refusals: RefusalLog
) -> tuple[Source, ...]:
    """Every room that has something to measure, in the order of `/metrics`."""
    rooms = (
        pipeline.recorder.tally,
        pipeline.recorder.contradictions,
        pipeline.recorder.counted,
        pipeline.slots,
        common.journal,
        pipeline.reconciler.lookups,
        pipeline.guard.kill_switch,
        pipeline.confirmations,
        pipeline.slow_lane,
        refusals,
        pipeline.repeats,
        exchange.throttle,
        exchange.sender,
        exchange.clocks,
        pipeline.guard.allowances.market,
        pipeline.guard.allowances.counts,
    )
    return tuple(one.readings for one in rooms)
