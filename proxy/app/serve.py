"""The gateway as a process: its log, its first line of output, its end."""

import asyncio
import os
import ssl
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final

import structlog

from proxy import __version__
from proxy.app.build import start_gateway
from proxy.app.gateway import Gateway
from proxy.app.screen import Screen, Wanted
from proxy.app.signals import Stop, obey_signals
from proxy.config.addresses import parse_address, socket_path
from proxy.config.load import Loaded
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.gateway.reload import Read
from proxy.platform import files
from proxy.runtime.memory import trim_memory
from proxy.telemetry.logs import set_up_logs

_LOG: Final = structlog.get_logger("gateway")

type Greet = Callable[[str, str], Iterable[str]]
"""Lines for a person who has just started it, by the address where it is reached, and by what callers have to send of
their own, as an option of curl; "" where that is nothing."""


def serve(
    loaded: Loaded,
    accounts: Accounts,
    trust: Callable[[], ssl.SSLContext],
    wanted: Wanted | None = None,
    *,
    read_again: Read | None = None,
    greet: Greet | None = None,
) -> None:
    """Run the gateway until a signal ends it. Raises ConfigError where it cannot start.

    `read_again`: reads the configuration anew when that is asked for. `greet`: of a gateway in front of an exchange
    that we started.
    """
    settings = loaded.settings
    screen = Screen(wanted or Wanted())
    try:
        set_up = partial(set_up_logs, screen.log_settings(settings.log), stream=screen.log_stream)
        set_up(accounts.secrets())
        for warning in (
            *loaded.warnings,
            *accounts.warnings,
            *_advice(settings, accounts, ours=greet is not None),
        ):
            _LOG.warning("configuration", note=warning)
        _run(_serve(loaded, accounts, trust, screen, read_again, set_up, greet))
    finally:
        screen.close()


async def _serve(
    loaded: Loaded,
    accounts: Accounts,
    trust: Callable[[], ssl.SSLContext],
    screen: Screen,
    read_again: Read | None,
    on_secrets: Callable[[tuple[Secret, ...]], None],
    greet: Greet | None,
) -> None:
    stop, settings = Stop(), loaded.settings
    gateway = await start_gateway(
        settings, accounts, trust=trust, read_again=read_again, on_secrets=on_secrets
    )
    gateway.pipeline.written.stands_in(loaded, pid=os.getpid(), reloads=read_again is not None)
    obey_signals(
        gateway.pipeline.guard.kill_switch, gateway.reload, hangs_on_a_terminal=stop.hangs_on_a_terminal
    )
    greeting = greet(gateway.url, _own_header(gateway)) if greet is not None else ()
    screen.announce(announcement(gateway, accounts), gateway, greeting)
    screen.follow(gateway, stop.end)
    settling = asyncio.create_task(trim_memory(gateway.background.wait_ended))
    try:
        received = await stop.wait()
    finally:
        screen.ending()
    settling.cancel()
    _LOG.info("stopping", signal=received.name)
    screen.say(
        f"ending ({received.name}): what is under way has {settings.limits.drain_seconds:g} s to finish"
    )
    if not await gateway.stop():
        _LOG.warning("stopped_early", note="some requests did not finish in time; their outcome is unknown")
    logs = f"signing-proxy logs{gateway.pipeline.written.found_by}"
    screen.say("ended" if greet is not None else f"ended; {logs} shows what passed")


def _own_header(gateway: Gateway) -> str:
    """Without which a caller is refused; the value is his to fill in."""
    if gateway.reload.clients.required:
        return "-H 'X-MBX-APIKEY: YOUR_VIRTUAL_KEY' "
    return "-H 'X-Gateway-Token: YOUR_TOKEN' " if gateway.settings.token_file else ""


def announcement(gateway: Gateway, accounts: Accounts) -> dict[str, Any]:
    """Where it can be reached and what it is: the first line of output, for programs."""
    settings = gateway.settings
    return {
        "event": "listening",
        "gateway": gateway.url,
        "admin": gateway.admin_url,
        "admin_token_file": str(gateway.admin_token_file) if gateway.admin_token_file else None,
        "environment": settings.environment,
        "accounts": [account.name for account in accounts],
        "journal": settings.journal.directory,
        "version": __version__,
        "pid": os.getpid(),
    }


def _advice(settings: Settings, accounts: Accounts, *, ours: bool) -> list[str]:
    """`ours`: the exchange is one that we started, which nobody has to be warned of."""
    advice = []
    if settings.upstream.unsafe_url is not None and not ours:
        advice.append(f"UNSAFE UPSTREAM: everything goes to {settings.upstream.unsafe_url}, not to Binance")
    if settings.tls_key_file is None and not _stays_here(settings.listen):
        advice.append(
            f"{settings.listen} speaks plain HTTP: whoever is on the way can read requests and repeat them; "
            "set tls_certificate_file and tls_key_file"
        )
    if not files.KEEPS_MODES:
        advice.append(
            "files have no modes on this system: keep configuration, secrets and journal in folders that only you "
            'can enter; what else is not guarded here: "Other systems" in docs/security.md'
        )
    if not len(accounts):
        advice.append(
            "no key is configured: only public endpoints will work; signing-proxy init sets one up, or set "
            "BINANCE_API_KEY and BINANCE_API_SECRET_FILE"
        )
    return advice


def _stays_here(listen: str) -> bool:
    return socket_path(listen) is not None or parse_address(listen).loopback


def _run(main: Coroutine[Any, Any, None]) -> None:
    """On uvloop where it is installed (the extra `fast`), on asyncio otherwise."""
    try:
        import uvloop  # noqa: PLC0415  # optional
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)
