"""The checks on a body: before it is read (labels), and once its octets are known."""

import re
from typing import Final

from proxy.core.errors import Refusal
from proxy.core.head import Head
from proxy.core.wire import BodyKind, charset, media_type

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
_CHARSET: Final = Refusal(
    415,
    "unsupported_media_type",
    "the body is said to be in another charset than UTF-8, in which the gateway and Binance would read other "
    "parameters; send it as UTF-8",
)
_TAKEN_LABELS: Final = frozenset(
    {"", "application/json", "application/x-www-form-urlencoded", "text/plain", "application/octet-stream"}
)
"""What real clients put on forms and JSON bodies; the label is then set to match the octets."""

_UTF8: Final = frozenset({"", "utf-8", "utf8"})
_ALIKE_IN_ASCII: Final = frozenset({"us-ascii", "ascii", "iso-8859-1"})
"""In which letters, digits and signs are the same octets as in UTF-8, and all others are not. The last is what Apache
HttpClient says of its forms where it is told no other."""
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_BEYOND_ASCII_IN_FORM: Final = re.compile(rb"[\x80-\xff]|%[89A-Fa-f][0-9A-Fa-f]")


def label_refusal(head: Head, *, has_body: bool) -> Refusal | None:
    """What can be said before the body is read."""
    if b"content-encoding" in head.fields:
        return _ENCODED
    if not has_body:
        return None
    if head.method == "GET":
        return _GET_BODY
    content_type = head.first(b"content-type")
    label = media_type(content_type)
    if label.startswith("multipart/"):
        return _MULTIPART
    if label not in _TAKEN_LABELS:
        return _LABEL
    return None if charset(content_type) in _UTF8 | _ALIKE_IN_ASCII else _CHARSET


def body_refusal(kind: BodyKind, body: bytes, content_type: bytes | None) -> Refusal | None:
    """What can be said of the octets, and of what the label says of them."""
    if kind is BodyKind.OTHER:
        return _OCTETS
    beyond = _BEYOND_ASCII_IN_FORM if kind is BodyKind.FORM else _BEYOND_ASCII
    if charset(content_type) in _ALIKE_IN_ASCII and beyond.search(body):
        return _CHARSET
    return None
