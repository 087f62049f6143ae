"""The way to the exchange: who dials, who sends, and the holds that all gateways on this machine share."""

from collections.abc import Mapping
from ssl import SSLContext

import msgspec

from proxy.config.derived import speaks_tls
from proxy.core.settings import Settings, UpstreamSettings
from proxy.limits.configured import configured_holds
from proxy.limits.holds import Holds
from proxy.runtime.clock import LocalClock
from proxy.upstream.configured import configured_dialer
from proxy.upstream.dial import Dialer
from proxy.upstream.sender import Sender
from proxy.upstream.tls import empty_context, tls_context


class Way(msgspec.Struct, frozen=True):
    """`sender` is to be closed by who made the way."""

    dialer: Dialer
    sender: Sender
    holds: Holds


def trust_of(settings: Settings) -> SSLContext:
    """Whom TLS trusts; read once, however many ways are made."""
    return tls_context() if speaks_tls(settings) else empty_context()


def make_way(
    settings: Settings,
    trust: SSLContext,
    local: LocalClock,
    *,
    alternates: Mapping[str, tuple[str, ...]],
    patience: UpstreamSettings | None = None,
) -> Way:
    """`alternates`: other hosts that tell the same time, by base. `patience`: how long to wait for answers, where
    not as the settings say. Raises ConfigError."""
    dialer = configured_dialer(settings.upstream, trust)
    return Way(
        dialer,
        Sender(dialer, patience or settings.upstream, local.monotonic, alternates, local.steady),
        configured_holds(settings, local),
    )
