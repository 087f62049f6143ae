"""The one place where a request gets its signature and its headers: for whoever sends with a key."""

from proxy.core.catalogue import Needs
from proxy.core.head import Head
from proxy.core.http.outgoing import outgoing_headers
from proxy.core.settings import SigningSettings
from proxy.core.signing import PreparedRequest, SignedRequest, SigningKey, finish, sign
from proxy.core.wire import Header


def signed_request(
    head: Head,
    prepared: PreparedRequest,
    needs: Needs,
    *,
    base: str,
    api_key: str | None,
    key: SigningKey | None,
    exchange_ms: int | None,
    content_type: bytes | None,
    settings: SigningSettings,
) -> tuple[SignedRequest, tuple[Header, ...]]:
    """The request for the host of `base`, with its headers.

    It is signed where there is a `key` and a time to stamp, `exchange_ms`; else it goes as `needs` says.
    """
    if exchange_ms is not None and key is not None:
        signed = sign(
            head.method,
            head.path,
            prepared,
            key,
            timestamp_ms=exchange_ms,
            recv_window_ms=settings.recv_window_ms,
        )
    else:
        signed = finish(head.method, head.path, prepared, needs)
    headers = outgoing_headers(
        head,
        signed,
        host=base.partition("://")[2],
        api_key=api_key,
        content_type=content_type,
        client_type=settings.client_type,
    )
    return signed, headers
