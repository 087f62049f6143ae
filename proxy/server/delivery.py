"""What becomes of an answer after it was written."""

from msgspec import Struct


class Delivery(Struct, eq=False):
    """What became of a watched answer. It outlives request and connection, and holds neither: one for each order of a
    minute is a lot.

    A TCP that has octets left when its program closes sends a reset and not an end (RFC 9293 section 3.10.4 and
    RFC 2525 section 2.17); so do Unix sockets of Linux. An end that crossed the answer does not acknowledge it.
    """

    untaken: bool = False
    """Whether the client ended the connection without having taken this request's answer, the last on it."""
