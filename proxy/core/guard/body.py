"""The checks on a body: before it is read (labels), and once its octets are known."""

from typing import Final

from proxy.core.errors import Refusal
from proxy.core.head import Head
from proxy.core.wire import BodyKind, media_type

_MULTIPART: Final = Refusal(
    415,
    "unsupported_media_type",
    "multipart bodies cannot be signed and Binance does not read them; send application/x-www-form-urlencoded "
    "(curl: -d instead of -F)",
)
_LABEL: Final = Refusal(
    415,
    "unsupported_media_type",
    "Binance takes forms (application/x-www-form-urlencoded) and, on some endpoints, JSON; this Content-Type is "
    "neither",
)
_OCTETS: Final = Refusal(
    415,
    "unsupported_media_type",
    "the body is neither a form (name=value&...) nor JSON; put the parameters into the query or a form",
)
_ENCODED: Final = Refusal(
    415, "content_encoding_refused", "request bodies must not be compressed; send them as they are"
)
_GET_BODY: Final = Refusal(
    400, "body_not_allowed", "a GET has no body; put its parameters into the query (after the ?)"
)
_TAKEN_LABELS: Final = frozenset(
    {"", "application/json", "application/x-www-form-urlencoded", "text/plain", "application/octet-stream"}
)
"""What real clients put on forms and JSON bodies; the label is then set to match the octets."""


def label_refusal(head: Head, *, has_body: bool) -> Refusal | None:
    """What can be said before the body is read."""
    if b"content-encoding" in head.fields:
        return _ENCODED
    if not has_body:
        return None
    if head.method == "GET":
        return _GET_BODY
    label = media_type(head.first(b"content-type"))
    if label.startswith("multipart/"):
        return _MULTIPART
    return None if label in _TAKEN_LABELS else _LABEL


def body_refusal(kind: BodyKind) -> Refusal | None:
    """What can be said of the octets."""
    return _OCTETS if kind is BodyKind.OTHER else None
