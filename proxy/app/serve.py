"""The gateway as a process: its log, its first line of output, its end."""

import asyncio
import os
import ssl
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

import structlog

from proxy import __version__
from proxy.app.build import start_gateway
from proxy.app.signals import Stop, obey_signals
from proxy.app.source import Source
from proxy.config.addresses import parse_address, socket_path
from proxy.config.load import Loaded
from proxy.core.foreign import json_text
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.platform import files
from proxy.runtime.memory import trim_memory
from proxy.telemetry.logs import set_up_logs

_LOG: Final = structlog.get_logger("gateway")


def serve(loaded: Loaded, accounts: Accounts, trust: Callable[[], ssl.SSLContext], source: Source) -> None:
    """Run the gateway until a signal ends it. Raises ConfigError where it cannot start."""
    settings = loaded.settings
    set_up_logs(settings.log, accounts.secrets())
    for warning in (*loaded.warnings, *accounts.warnings, *_advice(settings, accounts)):
        _LOG.warning("configuration", note=warning)
    _run(_serve(settings, accounts, trust, source))


async def _serve(
    settings: Settings, accounts: Accounts, trust: Callable[[], ssl.SSLContext], source: Source
) -> None:
    stop = Stop()
    gateway = await start_gateway(
        settings,
        accounts,
        trust=trust,
        read_again=source.read,
        on_secrets=partial(set_up_logs, settings.log),
    )
    obey_signals(
        gateway.pipeline.guard.kill_switch, gateway.reload, hangs_on_a_terminal=stop.hangs_on_a_terminal
    )
    announcement = {
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
    sys.stdout.write(json_text(announcement) + "\n")
    sys.stdout.flush()
    settling = asyncio.create_task(trim_memory(gateway.background.wait_ended))
    received = await stop.wait()
    settling.cancel()
    _LOG.info("stopping", signal=received.name)
    if not await gateway.stop():
        _LOG.warning("stopped_early", note="some requests did not finish in time; their outcome is unknown")


def _advice(settings: Settings, accounts: Accounts) -> list[str]:
    advice = []
    if settings.upstream.unsafe_url is not None:
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
            "no key is configured: only public endpoints will work; set BINANCE_API_KEY and BINANCE_API_SECRET_FILE"
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
