"""TLS sessions, resumed: the next connection to a host needs no certificate to be sent and verified.

What a handshake proved (who the host is) is kept in memory with the ticket that the host gave, under the host's
name, and offered to that name only. A host that does not know the ticket any more makes a full handshake.
asyncio and uvloop take no session as an argument, but both make their TLS object by `SSLContext.wrap_bio`, whose
`session` argument is public.
"""

import ssl
import time
from typing import Final

_LONGEST_SECONDS: Final = 3600.0
"""A certificate is verified anew at least so often, whatever lifetime a ticket claims."""
_ASK_SECONDS: Final = 60.0


class ResumingContext(ssl.SSLContext):
    """A client's context that offers each host the last session made with it."""

    def __init__(self, _protocol: int) -> None:
        super().__init__()
        self._verified: dict[str, float] = {}  # host -> instant of the last full handshake
        self._latest: dict[str, ssl.SSLObject] = {}  # what it left, until its session was asked for
        self._sessions: dict[str, ssl.SSLSession] = {}
        self._asked: dict[str, float] = {}

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        session = session or self._session(str(server_hostname))
        return super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)

    def established(self, host: str, made: ssl.SSLObject) -> None:
        """A handshake ended well. Only then is anything of it remembered: a refused certificate never is."""
        if not made.session_reused:
            self._verified[host] = time.monotonic()
            self._latest[host] = made
            self._sessions.pop(host, None)

    def _session(self, host: str) -> ssl.SSLSession | None:
        """The session to offer, asked for when it is needed: tickets come after the handshake (TLS 1.3).

        One session serves many connections. Each time `SSLObject.session` is read CPython loses 5 KiB (seen with 3.12
        and OpenSSL 3), so it is read once for a full handshake, and at most once a minute.
        """
        now = time.monotonic()
        if now - self._verified.get(host, -_LONGEST_SECONDS) >= _LONGEST_SECONDS:
            return None
        latest = self._latest.get(host)
        if latest is not None and now - self._asked.get(host, -_ASK_SECONDS) >= _ASK_SECONDS:
            del self._latest[host]
            self._asked[host] = now
            if (session := latest.session) is not None:
                self._sessions[host] = session
        return self._sessions.get(host)
