"""The last step: append recvWindow and timestamp, sign, append the signature. Nothing touches it afterwards."""

from urllib.parse import quote

import msgspec

from proxy.core.catalogue import Needs
from proxy.core.signing.algorithms import SigningKey
from proxy.core.signing.payload import PreparedRequest, signature_payload


class SignedRequest(msgspec.Struct, frozen=True):
    """What goes out. Made by `sign` and `finish` alone; `upstream` sends nothing else."""

    method: str
    path: bytes
    query: bytes
    body: bytes
    needs: Needs
    payload: bytes  # the signed octets; b"" where nothing was signed
    timestamp_ms: int | None
    recv_window_ms: int | None  # the one we added; None when the caller's own stands, or nothing is signed

    @property
    def target(self) -> bytes:
        return self.path + b"?" + self.query if self.query else self.path


def sign(
    method: str,
    path: bytes,
    prepared: PreparedRequest,
    key: SigningKey,
    *,
    timestamp_ms: int,
    recv_window_ms: int,
) -> SignedRequest:
    """Sign a prepared request for the instant `timestamp_ms` (exchange time, ms since the epoch).

    Added to the end of the query, also when the rest travels as a form: `prepared.added`, `recvWindow` (unless
    the caller's own valid one stands), `timestamp`, then `signature`.
    """
    added = b"timestamp=%d" % timestamp_ms
    ours = None if prepared.recv_window is not None else recv_window_ms
    if ours is not None:
        added = b"recvWindow=%d&%b" % (ours, added)
    if prepared.added:
        added = prepared.added + b"&" + added
    query = _join(prepared.query, added)
    payload = signature_payload(query, prepared.form)
    signature = key.sign(payload).encode("ascii")
    if not signature.isalnum():  # base64; hex digits travel as they are
        signature = quote(signature, safe="").encode("ascii")
    return SignedRequest(
        method=method,
        path=path,
        query=query + b"&signature=" + signature,
        body=prepared.body,
        needs=Needs.SIGNED,
        payload=payload,
        timestamp_ms=timestamp_ms,
        recv_window_ms=ours,
    )


def finish(method: str, path: bytes, prepared: PreparedRequest, needs: Needs) -> SignedRequest:
    """A request of an endpoint that is not signed, in the same type, so that one sender serves all."""
    return SignedRequest(method, path, prepared.query, prepared.body, needs, b"", None, None)


def _join(query: bytes, added: bytes) -> bytes:
    """Append pairs; a trailing `&` of the caller's is kept and used."""
    if not query or query.endswith(b"&"):
        return query + added
    return query + b"&" + added
