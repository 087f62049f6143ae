"""The only sender: opens connections to Binance, keeps them warm, sends each signed request once."""

from proxy.upstream.answer import UpstreamAnswer
from proxy.upstream.connection import SMALL_OCTETS, Head
from proxy.upstream.dial import Dialer
from proxy.upstream.faults import fault
from proxy.upstream.sender import Again, Sender

__all__ = ["SMALL_OCTETS", "Again", "Dialer", "Head", "Sender", "UpstreamAnswer", "fault"]
