"""Values as Python and JavaScript print them: Python's own `repr` is the table of truth."""

import pytest
from hypothesis import given, strategies as st

from proxy.explain.readers.literals import headers_of, read_text, read_value

VALUES = st.recursive(
    st.none() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES)
def test_what_python_prints_is_read_back(value: object) -> None:
    found = read_value(repr(value), 0)
    assert found is not None
    assert found[0] == value
    assert found[1] == len(repr(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{ a: 'b', 'c-d': 5, }", {"a": "b", "c-d": "5"}),
        ("{a: undefined, b: null}", {"a": None, "b": None}),
        ("CaseInsensitiveDict({'a': 'b'})", {"a": "b"}),
        ('{"a": {"b": ["c", true]}}', {"a": {"b": ["c", "true"]}}),
        ("{'j': <RequestsCookieJar[]>, 'x': 'y'}", {"j": None, "x": "y"}),
    ],
)
def test_other_prints(text: str, value: object) -> None:
    found = read_value(text, 0)
    assert found is not None
    assert found[0] == value


@pytest.mark.parametrize(
    "text", ["", "{", "{'a'", "{'a':", "[1", "'", "b'", "{'a' 'b'}", "[" * 5000, "{'a':" * 5000]
)
def test_broken_ones_are_none(text: str) -> None:
    assert read_value(text, 0) is None


def test_escapes() -> None:
    assert read_text(r"'\x41\u00e9\n\'\101\q'", 0) == ("A\u00e9\n'Aq", 22)
    assert read_text(r"b'\xe5\n\\'", 0) == (b"\xe5\n\\", 11)


def test_headers() -> None:
    assert headers_of({"a": "é", "b": None, "c": b"\xff"}) == ((b"a", "é".encode()), (b"c", b"\xff"))
    assert headers_of("x") == ()
