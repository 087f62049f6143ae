"""Stand-ins have the shape of what was removed: redacted again, they give the same mark (but for the tag)."""

import re

import pytest

from proxy.core.redaction.notation import escapes, magnitude, measure, signature_mark
from proxy.explain.readers.stand_ins import MARK, fill, stand_in

TAG = "0123456789"


@pytest.mark.parametrize(
    "shape", ["64:0Aa", "12:.A", "1:a", "5:0s", "9:!a", "7:=A", "3:u", "100:+/0Aa", "24:0=au", "0:", "2:As"]
)
def test_letters(shape: str) -> None:
    value = stand_in("text", f"{TAG}:{shape}")
    length, _, classes = shape.partition(":")
    assert len(value) == int(length)
    if int(length) > len(classes):
        assert set(measure(value.encode()).partition(":")[2]) >= set(classes) - {"u"}


def test_equal_tags_are_equal_values() -> None:
    assert stand_in("key", f"{TAG}:64:0Aa") == stand_in("key", f"{TAG}:64:0Aa")
    assert stand_in("key", f"{TAG}:64:0Aa") != stand_in("key", "9876543210:64:0Aa")


@pytest.mark.parametrize("size", ["4.8", "0.2", "1.0", "-3.2", "12.0"])
def test_amounts(size: str) -> None:
    assert magnitude(stand_in("amount", size)) == f"<amount:{size}>"


@pytest.mark.parametrize(
    "mark", ["<sig:hex:64>", "<sig:HEX:64>", "<sig:base64:88>", "<sig:hex:63>", "<sig:empty:0>"]
)
def test_signatures(mark: str) -> None:
    found = MARK.fullmatch(mark)
    assert found is not None
    value = stand_in(found[1], found[2]).encode()
    assert signature_mark(value, value) == mark


def test_numbers_are_not_rounded() -> None:
    assert re.fullmatch(r"[0-9]{19}", stand_in("order", f"{TAG}:19"))
    assert not stand_in("order", f"{TAG}:19").endswith("00")


@pytest.mark.parametrize("letters", ["U", "d", "l", "Up"])
def test_escapes(letters: str) -> None:
    raw = stand_in("text", f"{TAG}:9:!as:{letters}15").encode()
    assert set(letters) <= set(escapes(raw).strip(":"))


def test_texts() -> None:
    assert fill("symbol=BTCUSDT&ip=<ip:0123456789:v4>&x=<amount:2.0>") == "symbol=BTCUSDT&ip=192.0.2.1&x=12"
    assert fill("a<b and c>d") == "a<b and c>d"


@pytest.mark.parametrize("rest", ["", ":", "x:y:z", "1:999999999999:a", "a:b:c:d:e:f"])
def test_odd_marks_are_no_error(rest: str) -> None:
    for kind in ("text", "sig", "amount", "order", "ip", "person", "secret", "what"):
        assert len(stand_in(kind, rest)) < 10_000
