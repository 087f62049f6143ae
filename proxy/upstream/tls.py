"""Whom TLS towards Binance trusts, and when the certificates are read: once, beside the imports of a start.

The system's bundle of some 140 roots takes OpenSSL 20 to 80 ms. The interpreter is free meanwhile, so a thread
reads it while the rest of the program is being imported.
"""

import ssl
from threading import Thread

from proxy.upstream.resumption import ResumingContext


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer, always verified; trust comes from the system or SSL_CERT_FILE.

    Made by hand and not by `create_default_context`, which would also obey SSLKEYLOGFILE and so write down
    the keys of every connection that carries an API key.
    """
    context = empty_context()
    context.load_default_certs()
    return context


def empty_context() -> ssl.SSLContext:
    """A TLS context without any root certificate: every handshake fails until some are loaded."""
    context = ResumingContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


class PreloadedTrust:
    """Makes a `tls_context` in a thread, which starts at once.

    The interpreter waits for it at its end, as for any thread that is no daemon: OpenSSL clears itself away at exit,
    and a thread still reading would end the process with a segmentation fault, where a start is refused early.
    """

    def __init__(self) -> None:
        self._context = empty_context()
        self._thread = Thread(target=self._context.load_default_certs, name="trust")
        self._thread.start()

    def __call__(self) -> ssl.SSLContext:
        """The context with its certificates; waits until they are read."""
        self._thread.join()
        return self._context
