"""Binance's error with our words behind its own: what is touched, and that nothing else is."""

import gzip
import json
import zlib

import pytest

from proxy.core.http.explained import outcome_in_words, with_words
from proxy.core.wire import Header

JSON: Header = (b"Content-Type", b"application/json;charset=UTF-8")
SIGNATURE = b'{"code":-1022,"msg":"Signature for this request is not valid."}'


def said(body: bytes, *headers: Header, words: str = "Wrong secret.") -> bytes | None:
    found = with_words((JSON, *headers), body, words)
    return None if found is None else found[1]


def test_the_words_stand_behind_the_text_and_are_marked() -> None:
    told = b'{"code":-1022,"msg":"Signature for this request is not valid. [gateway: Wrong secret.]"}'
    assert said(SIGNATURE) == told


TOUCHED = [
    (b'{"code":-1,"msg":""}', {"code": -1, "msg": " [gateway: Wrong secret.]"}),
    (b' { "msg" : "a" , "code" : "000001" } ', {"msg": "a [gateway: Wrong secret.]", "code": "000001"}),
    ('{"code":-1,"msg":"不"}'.encode(), {"code": -1, "msg": "不 [gateway: Wrong secret.]"}),
    (b'{"code":-1,"msg":"q\\"\\u005c"}', {"code": -1, "msg": 'q"\\ [gateway: Wrong secret.]'}),
]


@pytest.mark.parametrize(("body", "content"), TOUCHED)
def test_what_has_code_and_msg_is_touched(body: bytes, content: dict[str, object]) -> None:
    told = said(body)
    assert told is not None
    assert json.loads(told) == content


def test_whatever_else_stands_there_keeps_its_octets_and_its_place() -> None:
    data = b'{"b":1.000,"a":12345678901234567890123,"c":[1e5 ,null],"msg":"in"}'
    body = b'{"code":-2021,"msg":"Order cancel-replace partially failed.","data":%b,"x":"\\u00e9\\/"}' % data
    told = said(body)
    assert told is not None
    assert told == body.replace(b'failed."', b'failed. [gateway: Wrong secret.]"')


UNTOUCHED = [
    b"",
    b"<html><body><h2>404 Not found</h2></body></html>",
    b"[]",
    b'[{"code":-1,"msg":"a"}]',
    b"null",
    b"{}",
    b'{"code":-1}',
    b'{"msg":"a"}',
    b'{"code":null,"msg":"a"}',
    b'{"code":-1,"msg":null}',
    b'{"code":-1,"msg":{"a":"b"}}',
    b'{"code":-1,"msg":"a"',
    b'{"code":-1,"msg":"\xff"}',
]


@pytest.mark.parametrize("body", UNTOUCHED)
def test_what_is_no_json_error_with_both_is_left_alone(body: bytes) -> None:
    assert said(body) is None


def test_what_is_not_labelled_json_is_left_alone() -> None:
    assert with_words(((b"Content-Type", b"text/html"),), SIGNATURE, "x") is None
    assert with_words((), SIGNATURE, "x") is None
    assert with_words(((b"content-type", b"application/problem+json"),), SIGNATURE, "x") is not None


@pytest.mark.parametrize(
    ("coding", "body"),
    [(b"gzip", gzip.compress(SIGNATURE)), (b"deflate", zlib.compress(SIGNATURE))],
    ids=["gzip", "deflate"],  # a compressed text has the time in it
)
def test_a_compressed_answer_goes_on_plain_and_says_so(coding: bytes, body: bytes) -> None:
    found = with_words((JSON, (b"Content-Encoding", coding), (b"Date", b"d")), body, "Wrong secret.")
    assert found == ((JSON, (b"Date", b"d")), said(SIGNATURE))


def test_a_coding_that_is_not_read_here_is_left_alone() -> None:
    assert said(SIGNATURE, (b"Content-Encoding", b"br")) is None
    assert said(b"no gzip", (b"Content-Encoding", b"gzip")) is None


def test_a_bomb_is_left_alone() -> None:
    body = gzip.compress(b'{"code":-1,"msg":"a","x":"%b"}' % (b"a" * 1_000_000))
    assert said(body, (b"Content-Encoding", b"gzip")) is None


def test_each_outcome_says_what_to_do() -> None:
    assert "do not send it again" in outcome_in_words("executed")
    assert "no effect" in outcome_in_words("not_found")
    assert outcome_in_words("undetermined") == outcome_in_words("")
    assert "look before you send it again" in outcome_in_words("")
