"""Charles: headers and body stand one level deeper than method and host; a body may be base64."""

from proxy.explain.readers.charles import unfolded

ONE = {
    "status": "COMPLETE", "method": "POST", "host": "h", "port": None, "actualport": 443, "path": "/p",
    "request": {"header": {"headers": [{"name": "A", "value": "b"}]}, "body": {"encoding": "base64", "encoded": "YT1i"}},
    "response": {"status": 400, "body": {"text": "{}"}},
}  # fmt: skip


def test_the_parts_are_brought_together() -> None:
    plain = unfolded(ONE)
    assert plain is not None
    assert (plain["headers"], plain["body"]) == ([{"name": "A", "value": "b"}], b"a=b")
    assert plain["response"] == {"status": 400, "body": "{}"}
    assert "status" not in plain
    assert "port" not in plain


def test_a_text_is_taken_as_it_is_and_damaged_base64_as_nothing() -> None:
    for body, expected in (({"text": "a=b"}, "a=b"), ({"encoded": "A"}, None), ({}, None), (None, None)):
        plain = unfolded({**ONE, "request": {"body": body}})
        assert plain is not None
        assert plain["body"] == expected


def test_other_objects_are_left_alone() -> None:
    assert unfolded({"method": "GET", "host": "h", "request": {}}) is None
    assert unfolded({"actualport": 1, "host": "h", "request": "x"}) is None
