"""A request cleaned: what is left of the client's when everything that is ours to say was taken out."""

import msgspec

from proxy.core.catalogue import Needs
from proxy.core.errors import RefusedError
from proxy.core.findings import Finding
from proxy.core.guard.body import body_refusal
from proxy.core.head import Head
from proxy.core.http.outgoing import outgoing_label
from proxy.core.http.repairs import repairs
from proxy.core.order_lookup import with_added_id
from proxy.core.routing import Route
from proxy.core.signing import PreparedRequest, prepare
from proxy.core.wire import body_kind


class CleanRequest(msgspec.Struct, frozen=True):
    """All that signing needs of the client's request, and what was repaired on the way."""

    prepared: PreparedRequest
    content_type: bytes | None  # to send
    repairs: list[Finding]


def clean_request(head: Head, body: bytes, route: Route, *, add_id: str | None = None) -> CleanRequest:
    """Cut what is ours, escape what must not travel raw, label the body by its octets.

    `add_id`: the request id from which an order without an id of its client gets one, where that is wanted.
    Raises RefusedError for a body that is neither a form nor JSON, or not in the charset that its label names.
    """
    label = head.first(b"content-type")
    kind = body_kind(body, label)
    if refusal := body_refusal(kind, body, label):
        raise RefusedError(refusal)
    signed = route.needs is Needs.SIGNED
    content_type, label_repaired = outgoing_label(kind, label)
    prepared = prepare(head.target.partition(b"?")[2], body, kind, signed=signed)
    if add_id is not None and signed:
        prepared = with_added_id(route.endpoint, prepared, add_id)
    found = repairs(route.endpoint, route.needs, prepared, label_repaired=label_repaired)
    return CleanRequest(prepared, content_type, found)
