"""The only sender: opens connections to Binance, keeps them warm, sends each signed request once."""

from proxy.upstream.connection import Head
from proxy.upstream.dial import Dialer, tls_context
from proxy.upstream.faults import fault
from proxy.upstream.sender import Sender, UpstreamAnswer

__all__ = ["Dialer", "Head", "Sender", "UpstreamAnswer", "fault", "tls_context"]
