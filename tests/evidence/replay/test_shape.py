"""Fields and types, and what cannot be compared because it was not kept."""

import json
from typing import Any

import pytest

from proxy.evidence.replay.shape import differences, shape_of


def shape(value: Any) -> dict[str, list[str]]:
    return {way: sorted(kinds) for way, kinds in shape_of(json.dumps(value)).items()}


def test_ways_and_types() -> None:
    assert shape({"a": 1, "b": "x", "c": True, "d": None, "e": [{"f": 1.5}, {"f": "<amount:1.0>"}], "g": {}}) == {
        ".": ["object"], "a": ["number"], "b": ["text"], "c": ["flag"], "d": ["?"], "e": ["list"], "e[]": ["object"],
        "e[].f": ["?", "number"], "g": ["object"],
    }  # fmt: skip
    assert shape([[1], "<more:9>"]) == {".": ["list"], "[]": ["list"], "[][]": ["number"]}
    assert shape_of("<html>") == {".": frozenset({"no JSON"})}
    assert shape_of("[" * 100_000) == {".": frozenset({"no JSON"})}


SAME: list[tuple[Any, Any]] = [
    ({"a": 1}, {"a": 2}),
    ({"a": "<amount:4.8>"}, {"a": "1000.0"}),
    ({"a": "<order:1a2b3c4d5e:11>"}, {"a": 12345678901}),
    ({"a": [{"b": 1}, "<more:3>"]}, {"a": [{"b": 1}, {"b": 2}]}),
    ({"a": []}, {"a": [{"b": 1}]}),
    ({"a": [{"b": 1}]}, {"a": []}),
    ([], [{"b": [1]}]),
    ({"a": ["<more:3>"]}, {"a": [{"b": {"c": 1}}]}),
    ({"a": 1, "<more>": 7}, {"a": 1, "b": {"c": 1}}),
    ({"d": {"a": 1, "<more>": 7}}, {"d": {"a": 1, "b": {"c": [1]}}}),
    ({"a": "<deep>"}, {"a": {"b": {"c": 1}}}),
    ({"a": None}, {"a": {"b": 1}}),
]


@pytest.mark.parametrize(("recorded", "now"), SAME)
def test_what_was_not_kept_is_not_compared(recorded: Any, now: Any) -> None:
    assert differences(shape_of(json.dumps(recorded)), shape_of(json.dumps(now))) == ([], [], [])


OTHER: list[tuple[Any, Any, list[str], list[str], list[tuple[str, str, str]]]] = [
    ({"a": 1}, {"b": 1}, ["a"], ["b"], []),
    ({"a": 1}, {"a": "1"}, [], [], [("a", "number", "text")]),
    ({"a": [1]}, {"a": ["1"]}, [], [], [("a[]", "number", "text")]),
    ({"a": [{"b": 1, "c": 1}]}, {"a": [{"b": 1}]}, ["a[].c"], [], []),
    ({"a": [{"b": []}]}, {"a": [{"b": [1], "c": 1}]}, [], ["a[].c"], []),
    ({"a": {"<more>": 2}, "b": 1}, {"a": {"x": 1}, "c": 1}, ["b"], ["c"], []),
    ([1], {"a": 1}, ["[]"], ["a"], [(".", "list", "object")]),
    ({"a": ["x", 1]}, {"a": [True]}, [], [], [("a[]", "number or text", "flag")]),
]


@pytest.mark.parametrize(("recorded", "now", "gone", "new", "other"), OTHER)
def test_what_differs(recorded: Any, now: Any, gone: Any, new: Any, other: Any) -> None:
    assert differences(shape_of(json.dumps(recorded)), shape_of(json.dumps(now))) == (gone, new, other)
