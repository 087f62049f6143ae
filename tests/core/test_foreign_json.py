"""Whatever is wrong with a text that should be JSON, there is one error for it."""

import ast
import time
from pathlib import Path

import msgspec
import pytest

from proxy.core.foreign_json import DEEPEST, TOO_DEEP, UnreadableError, read_digits, read_json

ROOT = Path(__file__).resolve().parents[2]


class _Coded(msgspec.Struct):
    code: int | str | None = None


DECODERS = (msgspec.json.Decoder(), msgspec.json.Decoder(_Coded))
BAD = {
    "nothing": b"",
    "no JSON": b"<html>",
    "cut": b'{"code":',
    "deep objects": b'{"code":' * 150_000 + b"1" + b"}" * 150_000,
    "deep lists": b'{"code":' + b"[" * 150_000 + b"]" * 150_000 + b"}",
    "5,000 digits": b'{"code":' + b"9" * 5000 + b"}",
    "no UTF-8": b'{"code":"\xff\xfe"}',
    "surrogates in UTF-8": b'{"code":"\xed\xa0\x80"}',
}
STRICT = {
    "half a pair": b'{"code":"\\ud800"}',
    "the other half": b'{"code":"\\udc80"}',
    "not a number": b'{"code":NaN}',
    "infinity": b'{"code":Infinity}',
    "too large": b'{"code":1e999}',
    "UTF-16": '{"code":1}'.encode("utf-16"),
}


@pytest.mark.parametrize("text", (BAD | STRICT).values(), ids=BAD | STRICT)
@pytest.mark.parametrize("decoder", DECODERS, ids=("any", "typed"))
def test_one_error_whatever_is_wrong(decoder: "msgspec.json.Decoder[object]", text: bytes) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_json(text, decoder)
    assert str(raised.value) == raised.value.reason
    assert raised.value.__cause__ is None
    assert raised.value.reason.isalpha(), "the name of an error, never a word of the text"


@pytest.mark.parametrize("name", [name for name in BAD if name != "surrogates in UTF-8"])
def test_the_lenient_reader_has_the_same_error(name: str) -> None:
    with pytest.raises(UnreadableError):
        read_digits(BAD[name])


def test_the_lenient_reader_takes_what_python_takes() -> None:
    assert read_digits(STRICT["half a pair"]) == {"code": "\ud800"}
    assert read_digits(STRICT["UTF-16"]) == {"code": 1}
    assert read_digits('{"code":1.10}', parse_float=str) == {"code": "1.10"}


def test_what_a_hook_refuses_cannot_be_read() -> None:
    def refuse(_: str) -> None:
        raise ValueError

    with pytest.raises(UnreadableError):
        read_digits("[NaN]", parse_constant=refuse)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_levels_are_bounded_to_the_level(opening: str, closing: str) -> None:
    assert read_digits(opening * DEEPEST + "1" + closing * DEEPEST)
    with pytest.raises(UnreadableError) as raised:
        read_digits(opening * (DEEPEST + 1) + "1" + closing * (DEEPEST + 1))
    assert raised.value.reason == TOO_DEEP


def test_brackets_beside_each_other_and_in_texts_are_no_levels() -> None:
    assert len(read_digits("[" + "[]," * 500 + "[]]")) == 501
    assert read_digits('["' + "[" * 500 + '","\\"' + "{" * 500 + '"]')


@pytest.mark.parametrize(
    "text", ['\\"' * 30_000, '"' * 60_000, "\\" * 60_000], ids=("escapes", "quotes", "strokes")
)
def test_counting_levels_takes_no_longer_than_the_text_is(text: str) -> None:
    began = time.process_time()
    with pytest.raises(UnreadableError):
        read_digits("[" * (DEEPEST + 1) + text)
    with pytest.raises(UnreadableError):
        read_digits("[]" * (DEEPEST + 1) + text)
    assert time.process_time() - began < 0.5


OWN = {
    "proxy/core/catalogue/errors.py": "shipped with the program",
    "proxy/core/diagnosis/refusals/refusals.py": "shipped with the program",
    "proxy/clients/tickets.py": "a column of its own database, which is checked when it is opened",
}
OTHERS = ("proxy/explain/", "proxy/cli/", "proxy/sandbox/", "proxy/demo/")
"""What people paste, what the gateway's own admin port says, and the exchange of the tests."""


def test_foreign_json_is_read_nowhere_else() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in sorted(one.relative_to(ROOT).as_posix() for one in ROOT.glob("proxy/**/*.py"))
        if path not in OWN and not path.startswith(OTHERS) and path != "proxy/core/foreign_json.py"
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Call) and _reads_json(node.func)
    ]
    assert found == [], "read it by proxy.core.foreign_json: its error is one, and easily met whole"


def _reads_json(called: ast.expr) -> bool:
    """`json.loads(...)`, `msgspec.json.decode(...)`, `_DECODER.decode(...)`."""
    if not isinstance(called, ast.Attribute):
        return False
    of = ast.unparse(called.value)
    return (called.attr in ("loads", "load") and of.endswith("json")) or (
        called.attr == "decode" and (of.endswith("json") or "DECODER" in of)
    )
