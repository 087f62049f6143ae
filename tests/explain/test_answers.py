"""Answers from parts."""

import gzip

import pytest

from proxy.explain.answers import MOST_OCTETS, answer_of, bare_answer, code_of, usual_status


@pytest.mark.parametrize(
    ("code", "path", "status"),
    [
        (-1022, b"/api/v3/account", 400),
        (-2014, b"/api/v3/account", 401),
        (-1003, b"/api/v3/account", 429),
        ("000000", b"/sapi/v1/c2c/ads/search", 200),
        (-999999, b"/x", 400),
    ],
)
def test_usual_status(code: int | str, path: bytes, status: int) -> None:
    assert usual_status(code, "GET", path) == status


@pytest.mark.parametrize("body", [b"", b"x", b"[1]", b"{}", b'{"code":true}', b"[" * 99_999])
def test_no_code(body: bytes) -> None:
    assert code_of(body) is None
    assert bare_answer(body, "GET", b"/") is None


def test_bodies_are_unpacked_and_bounded() -> None:
    coded = ((b"Content-Encoding", b"gzip"),)
    assert answer_of(200, coded, gzip.compress(b"{}" * 99_999)).body == (b"{}" * 99_999)[:MOST_OCTETS]
    assert answer_of(200, coded, b"not gzip").body == b""
    assert answer_of(200, coded, b'{"unpacked":1}').body == b'{"unpacked":1}'
