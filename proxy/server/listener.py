"""Where clients come in: a TCP address, with TLS if configured, or a Unix socket that only its owner can use.

The socket file has mode 0600 from its first moment, and the kernel tells who is at the other end of a connection
(`SO_PEERCRED`, unix(7)): another user is refused even if somebody has widened the mode.
"""

import os
import ssl
import stat
from pathlib import Path
from typing import Final

import structlog

from proxy.config.addresses import parse_address, reached_at, shown_host, socket_path
from proxy.core.errors import ConfigError, Refusal
from proxy.core.settings import LimitSettings
from proxy.platform import files, sockets
from proxy.runtime.files import require_name
from proxy.runtime.secret_file import read_secret_file
from proxy.server import ClientRequest, GatewayServer, Handler, refusal_reply
from proxy.server.ports import take

_LOG: Final = structlog.get_logger("gateway")

_ROOT: Final = 0
_PEER_DENIED: Final = Refusal(403, "peer_denied", "this socket serves the user who runs the gateway only")


async def listen(
    handler: Handler,
    address: str,
    limits: LimitSettings,
    servers: list[GatewayServer],
    tls: ssl.SSLContext | None = None,
) -> str:
    """Open HOST:PORT or `unix:/path`; how it can be reached from here, with the port that was really bound.

    Raises OSError, or ConfigError for a socket file that cannot be taken.
    """
    path = socket_path(address)
    server = GatewayServer(handler if path is None else _for_owner(handler), limits)
    servers.append(server)
    if path is not None:
        await _open_socket(server, path)
        return address
    where = parse_address(address)
    taken = take(where)
    if taken.not_ours:
        other, ours = shown_host(taken.not_ours), shown_host(reached_at(where.host))
        _LOG.warning(
            "configuration",
            note=f"another program has {other}:{taken.port}: what clients send to http://localhost:{taken.port} may "
            f"reach that one, with orders and client keys; end it, or write {ours} for localhost in every client",
        )
    await server.serve(taken.sockets, tls)
    host = where.host if where.host != "localhost" else reached_at(where.host)
    return f"{'http' if tls is None else 'https'}://{shown_host(host)}:{taken.port}"


def server_tls(certificate_file: str, key_file: str) -> ssl.SSLContext:
    """TLS for clients, 1.2 or newer. Raises ConfigError for files that are missing, open to others or no pair."""
    read_secret_file(key_file, "tls_key_file")  # judged as every secret is; OpenSSL reads it again
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate_file, key_file, password=_no_passphrase)
    except OSError as error:
        raise ConfigError(
            f"tls_certificate_file and tls_key_file cannot be used: {error.strerror or type(error).__name__}",
            "they must be PEM: the certificate first, then its chain; the key without a passphrase",
        ) from None
    return context


def _no_passphrase() -> str:
    """Without this OpenSSL would ask on the terminal."""
    return ""


async def _open_socket(server: GatewayServer, path: str) -> None:
    require_name(Path(path))
    _make_room(path)
    before = os.umask(0o177)
    try:
        await server.open_unix(path)
    finally:
        os.umask(before)


def _make_room(path: str) -> None:
    """Remove the socket that a killed gateway left; anything else that stands there is left alone."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise ConfigError(f"{path}: is there already and is no socket", "choose another path for listen")
    if not sockets.is_served(path):
        Path(path).unlink()
        return
    raise ConfigError(f"{path}: another gateway listens there", "stop it, or choose another path for listen")


def close_socket(address: str) -> None:
    """Remove the socket file, if that is what was listened on."""
    path = socket_path(address)
    if path is not None:
        Path(path).unlink(missing_ok=True)


def _for_owner(handler: Handler) -> Handler:
    """The handler for requests of our own user, and of root, who could become that anyway."""

    async def serve(request: ClientRequest) -> None:
        peer = request.socket
        if peer is None or sockets.peer_uid(peer) not in (files.own_user(), _ROOT, None):
            await request.answer(refusal_reply(_PEER_DENIED, "unparsed"))
            return
        await handler(request)

    return serve
