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


CHARSETS: list[tuple[bytes, bool]] = [
    (b"utf-8", True),
    (b"UTF8", True),
    (b'"utf-8"', True),
    (b"us-ascii", True),
    (b"ISO-8859-1", True),
    (b"iso-8859-15", False),
    (b"latin1", False),
    (b"windows-1252", False),
    (b"utf-7", False),
    (b"UTF-16BE", False),
    (b"IBM037", False),
    (b"utf-8; charset=ibm037", False),
]


@pytest.mark.parametrize(("charset", "taken"), CHARSETS)
def test_charsets_in_which_ascii_is_other_octets_are_refused(charset: bytes, taken: bool) -> None:
    for kind in (b"application/x-www-form-urlencoded", b"application/json", b"text/plain"):
        head = read_head("POST", b"/api/v3/order", (1, 1), label(kind + b"; charset=" + charset))
        assert (label_refusal(head, has_body=True) is None) == taken


@pytest.mark.parametrize("kind", BodyKind)
def test_what_is_neither_form_nor_json_is_refused(kind: BodyKind) -> None:
    refusal = body_refusal(kind, b"a=1", None)
    if kind is not BodyKind.OTHER:
        assert refusal is None
    else:
        assert refusal is not None
        assert (refusal.status, refusal.token) == (415, "unsupported_media_type")
        assert "name=value" in refusal.message


FORM, JSON = BodyKind.FORM, BodyKind.JSON
BEYOND: list[tuple[BodyKind, bytes, bool]] = [
    (FORM, b"symbol=BTCUSDT&quantity=0.01&note=a%20b%7E", False),
    (FORM, b"note=caf%E9", True),  # in ISO-8859-1 that is an e with an accent, in UTF-8 half a letter
    (FORM, b"note=caf%c3%a9", True),  # in UTF-8 that is one, in ISO-8859-1 two others
    (FORM, b"note=%80", True),
    (FORM, b"note=caf\xe9", True),
    (FORM, b"n%C3%A4me=1", True),
    (FORM, b"note=%8&b=%", False),
    (JSON, b'{"note":"caf%C3%A9"}', False),  # in JSON a percent sign is one
    (JSON, b'{"note":"caf\xc3\xa9"}', True),
    (JSON, b'{"note":"caf\\u00e9"}', False),
]


@pytest.mark.parametrize(("kind", "body", "differs"), BEYOND)
@pytest.mark.parametrize("charset", [b"iso-8859-1", b"US-ASCII", b"ascii"])
def test_what_reads_otherwise_in_the_charset_of_the_label_is_refused(
    kind: BodyKind, body: bytes, differs: bool, charset: bytes
) -> None:
    refusal = body_refusal(kind, body, b"application/x-www-form-urlencoded; charset=" + charset)
    assert (refusal is not None) == differs
    if refusal is not None:
        assert (refusal.status, refusal.token) == (415, "unsupported_media_type")
        assert "send it as UTF-8" in refusal.message
    assert body_refusal(kind, body, b"application/x-www-form-urlencoded; charset=utf-8") is None
    assert body_refusal(kind, body, b"application/x-www-form-urlencoded") is None
