"""What an answer says of itself: its code and its message, whatever its body is."""

import gzip
import zlib

import pytest

from proxy.core.answer_code import answer_code, answer_code_and_message, decoded_body
from proxy.core.flow import Answer

BODIES = [
    (
        b'{"code":-1022,"msg":"Signature for this request is not valid."}',
        -1022,
        "Signature for this request is not valid.",
    ),
    (b'{"msg":"x","code":-1003,"more":[1]}', -1003, "x"),
    (b'{"code":"000000","message":"success"}', "000000", ""),
    (b'{"code":0}', 0, ""),
    (b'{"msg":"x"}', None, "x"),
    (b"{}", None, ""),
    (b'{"code":null,"msg":null}', None, ""),
    (b'{"code":1.5,"msg":"x"}', None, ""),
    (b'{"code":[1],"msg":"x"}', None, ""),
    (b'{"code":-1,"msg":5}', None, ""),
    (b"[-1022]", None, ""),
    (b"<html>", None, ""),
    (b"", None, ""),
    (b'{"code":-1022', None, ""),
]


@pytest.mark.parametrize(("body", "code", "message"), BODIES)
def test_code_and_message(body: bytes, code: int | str | None, message: str) -> None:
    assert answer_code_and_message(body) == (code, message)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"code":-1022,"msg":5}', -1022),
        (b'{"code":"1"}', "1"),
        (b'{"code":{}}', None),
        (b"x", None),
        (b"[]", None),
        (b"{}", None),
    ],
)
def test_a_code_is_read_whatever_stands_beside_it(body: bytes, code: int | str | None) -> None:
    assert answer_code(body) == code


TEXT = b'{"code":-1022}'


@pytest.mark.parametrize(
    ("body", "headers", "plain"),
    [
        (TEXT, (), TEXT),
        (TEXT, ((b"Content-Encoding", b"identity"),), TEXT),
        (gzip.compress(TEXT, mtime=0), ((b"CONTENT-encoding", b" GZIP "),), TEXT),
        (zlib.compress(TEXT), ((b"Content-Encoding", b"deflate"),), TEXT),
        (TEXT, ((b"Content-Encoding", b"br"),), None),
        (TEXT, ((b"Content-Encoding", b"gzip"),), None),
        (TEXT * 10, (), (TEXT * 10)[:20]),
        (gzip.compress(TEXT * 10, mtime=0), ((b"Content-Encoding", b"gzip"),), (TEXT * 10)[:20]),
    ],
)
def test_the_body_without_its_coding(
    body: bytes, headers: tuple[tuple[bytes, bytes], ...], plain: bytes | None
) -> None:
    assert decoded_body(Answer(400, headers, body), 20) == plain
