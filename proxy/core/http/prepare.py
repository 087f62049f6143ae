"""A request cleaned: what is left of the client's when everything that is ours to say was taken out."""

import msgspec

from proxy.core.catalogue import Needs
from proxy.core.errors import RefusedError
from proxy.core.findings import Finding
from proxy.core.guard.body import body_refusal
from proxy.core.head import Head
from proxy.core.http.json_form import form_of, json_repair, takes_a_form
from proxy.core.http.outgoing import outgoing_label
from proxy.core.http.repairs import repairs
from proxy.core.order_lookup import with_added_id
from proxy.core.routing import Route
from proxy.core.signing import PreparedRequest, prepare
from proxy.core.wire import BodyKind, body_kind


class CleanRequest(msgspec.Struct, frozen=True):
    """All that signing needs of the client's request, and what was repaired on the way."""

    prepared: PreparedRequest
    content_type: bytes | None  # to send
    repairs: list[Finding]


def clean_request(
    head: Head, body: bytes, route: Route, *, repair: bool = True, add_id: str | None = None
) -> CleanRequest:
    """Cut what is ours, escape what must not travel raw, label the body by its octets.

    A JSON body where parameters are a form becomes that form first, or with `repair` off is refused: what limits,
    signing and journal see is what is sent. `add_id`: the request id from which an order without an id of its client
    gets one, where that is wanted. Raises RefusedError for a body that is neither a form nor JSON, not in the charset
    that its label names, or no form where it must be one.
    """
    label = head.first(b"content-type")
    kind = body_kind(body, label)
    if refusal := body_refusal(kind, body, label):
        raise RefusedError(refusal)
    mended: list[Finding] = []
    if kind is BodyKind.JSON and takes_a_form(route.endpoint):
        agent = head.first(b"user-agent")
        body = form_of(body, route.endpoint, agent, repair=repair)
        kind = BodyKind.FORM if body else BodyKind.EMPTY
        mended.append(json_repair(agent))
    signed = route.needs is Needs.SIGNED
    content_type, label_repaired = outgoing_label(kind, label)
    prepared = prepare(head.target.partition(b"?")[2], body, kind, signed=signed)
    if add_id is not None and signed:
        prepared = with_added_id(route.endpoint, prepared, add_id)
    label_repaired = label_repaired and not mended
    mended += repairs(route.endpoint, route.needs, prepared, label_repaired=label_repaired)
    return CleanRequest(prepared, content_type, mended)
