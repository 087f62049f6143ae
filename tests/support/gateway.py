"""A real gateway for a test, listening on a free port of loopback."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from harness.gateway import API_KEY, API_SECRET
from proxy.app.build import start_gateway
from proxy.app.gateway import Gateway
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.core.signing import HmacKey
from proxy.core.signing.algorithms import SigningKey
from proxy.credentials.accounts import Account, Accounts
from proxy.runtime.clock import LocalClock
from proxy.upstream.tls import tls_context

__all__ = ["API_KEY", "API_SECRET", "account", "gateway", "hmac_account"]


def hmac_account() -> Accounts:
    """One account with the made-up HMAC key."""
    return account(API_KEY, HmacKey(Secret(API_SECRET.encode())))


def account(api_key: str, signing: SigningKey) -> Accounts:
    """One account under the name `main`."""
    return Accounts({"main": Account("main", "production", api_key, signing)}, "main")


@asynccontextmanager
async def gateway(
    upstream_url: str,
    journal: Path,
    accounts: Accounts | None = None,
    /,
    *,
    local: LocalClock | None = None,
    trust: Callable[[], ssl.SSLContext] = tls_context,
    **settings: Any,
) -> AsyncIterator[Gateway]:
    """A running gateway that sends everything to `upstream_url`; `settings` as in the configuration file."""
    configured = {
        "listen": "127.0.0.1:0",
        "admin": None,
        "upstream": {"unsafe_url": upstream_url},
        "journal": {"directory": str(journal)},
        **settings,
    }
    running = await start_gateway(
        msgspec.convert(configured, Settings),
        hmac_account() if accounts is None else accounts,
        local=local,
        trust=trust,
    )
    await running.background.load()  # a test's first request may be one to diagnose
    try:
        yield running
    finally:
        await running.stop()
