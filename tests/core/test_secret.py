"""A secret does not come out by accident."""

import copy
import json
import pickle

import msgspec
import pytest

from proxy.core.secret import STARS, Secret

SECRET = Secret(b"open sesame")


def test_it_is_shown_as_stars() -> None:
    for text in (str(SECRET), repr(SECRET), f"{SECRET!r}", f"{SECRET!s}", repr([SECRET]), "%s" % SECRET):  # noqa: UP031  # that way of formatting is what is tried
        assert "sesame" not in text
        assert "********" in text
    assert repr(SECRET) == "Secret(********)"
    assert f"{SECRET}" == f"{SECRET:>40}" == STARS == "********"


def test_it_is_revealed_on_purpose_only() -> None:
    assert SECRET.reveal() == b"open sesame"
    assert len(SECRET) == 11
    assert not hasattr(SECRET, "__dict__")


@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_is_not_copied(act: object) -> None:
    assert callable(act)
    with pytest.raises(TypeError, match="not copied"):
        act(SECRET)


@pytest.mark.parametrize("encode", [json.dumps, msgspec.json.encode, msgspec.to_builtins])
def test_it_is_not_serialised(encode: object) -> None:
    assert callable(encode)
    with pytest.raises(TypeError):
        encode({"key": SECRET})


def test_it_is_not_compared() -> None:
    for other in (SECRET, Secret(b"open sesame"), b"open sesame", None):
        with pytest.raises(TypeError, match="compare_digest"):
            assert other != SECRET
    with pytest.raises(TypeError, match="unhashable"):
        hash(SECRET)
