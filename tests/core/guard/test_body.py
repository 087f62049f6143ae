"""What is said of a body before it is read, and of its octets."""

import pytest

from proxy.core.guard.body import body_refusal, label_refusal
from proxy.core.head import read_head
from proxy.core.wire import BodyKind

type Headers = tuple[tuple[bytes, bytes], ...]


def label(value: bytes) -> Headers:
    return ((b"Content-Type", value),)


LABELS: list[tuple[str, Headers, bool, tuple[int, str, str] | None]] = [
    ("POST", (), True, None),
    ("POST", (), False, None),
    ("GET", (), False, None),
    ("POST", label(b"application/json"), True, None),
    ("POST", label(b"Application/JSON ; charset=utf-8"), True, None),
    ("POST", label(b"application/x-www-form-urlencoded"), True, None),
    ("PUT", label(b"text/plain;charset=UTF-8"), True, None),
    ("DELETE", label(b"application/octet-stream"), True, None),
    ("POST", label(b""), True, None),
    ("POST", label(b"multipart/form-data; boundary=x"), True, (415, "unsupported_media_type", "multipart")),
    ("POST", label(b"MULTIPART/mixed"), True, (415, "unsupported_media_type", "multipart")),
    (
        "POST",
        label(b"application/xml"),
        True,
        (415, "unsupported_media_type", "this Content-Type is neither"),
    ),
    ("POST", label(b"text/html"), True, (415, "unsupported_media_type", "this Content-Type is neither")),
    ("POST", label(b"x/multipart/"), True, (415, "unsupported_media_type", "this Content-Type is neither")),
    # many clients label every request, the empty ones too
    ("GET", label(b"application/xml"), False, None),
    ("POST", label(b"multipart/form-data"), False, None),
    ("GET", (), True, (400, "body_not_allowed", "after the ?")),
    ("GET", label(b"multipart/form-data"), True, (400, "body_not_allowed", "after the ?")),
    ("POST", ((b"Content-Encoding", b"gzip"),), True, (415, "content_encoding_refused", "not be compressed")),
    ("POST", ((b"Content-Encoding", b""),), False, (415, "content_encoding_refused", "not be compressed")),
    ("GET", ((b"content-encoding", b"br"),), True, (415, "content_encoding_refused", "not be compressed")),
]


@pytest.mark.parametrize(("method", "headers", "has_body", "expected"), LABELS)
def test_before_it_is_read(
    method: str, headers: Headers, has_body: bool, expected: tuple[int, str, str] | None
) -> None:
    refusal = label_refusal(read_head(method, b"/api/v3/order", (1, 1), headers), has_body=has_body)
    if expected is None:
        assert refusal is None
    else:
        assert refusal is not None
        assert (refusal.status, refusal.token) == expected[:2]
        assert expected[2] in refusal.message


@pytest.mark.parametrize("kind", BodyKind)
def test_what_is_neither_form_nor_json_is_refused(kind: BodyKind) -> None:
    refusal = body_refusal(kind)
    if kind is not BodyKind.OTHER:
        assert refusal is None
    else:
        assert refusal is not None
        assert (refusal.status, refusal.token) == (415, "unsupported_media_type")
        assert "name=value" in refusal.message
