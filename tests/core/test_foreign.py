"""One door: what a hostile author wrote is read back as text by every place it is made for."""

import csv
import html
import io
import json
import shlex
from html.parser import HTMLParser

import pytest
import yaml

from proxy.core.foreign import Foreign, json_text

HOSTILE = [
    "a\x1b[2J\x1b]0;x\x07b",
    "a\nb; touch pwned\n`touch pwned` $(touch pwned) ' \" > pwned",
    "\x00\x7f\x80\x9b31m\u202e\u2066\u200b\u3164\u115f\ufe0f\ud800\u2028",
    "x: [y]\n- &a *a !!python/object 'q' # z",
    "<script>alert(1)</script> [a](javascript:x) **b** |c|",
    '=cmd|"/c calc"!A0',
    "true",
    "-rf",
    "!!",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_place_gets_a_control_character(text: str) -> None:
    one = Foreign(text)
    places = (
        one.terminal(), one.shell_word(), one.shell_remark(), one.yaml(), one.yaml_remark(), one.markdown(),
        one.html(), one.csv(), one.json(), repr(one),
    )  # fmt: skip
    for shown in places:
        assert shown.isprintable()
        assert not set(shown) & set("\u3164\u115f\ufe0f")


@pytest.mark.parametrize("text", HOSTILE)
def test_each_place_reads_it_back_as_one_text(text: str) -> None:
    one = Foreign(text)
    assert len(shlex.split(one.shell_word())) == 1
    assert shlex.split(one.shell_remark()) == [
        word for word in shlex.join([one.yaml_remark()]) and one.yaml_remark().split(" ") if word
    ]
    assert isinstance(yaml.safe_load(f"a: {one.yaml()}")["a"], str)
    assert yaml.safe_load(f"a: 1  # {one.yaml_remark()}") == {"a": 1}
    assert json.loads(one.json()) == text
    ((cell,),) = csv.reader(io.StringIO(one.csv()))
    assert not cell.startswith(("=", "+", "-", "@"))
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: seen.append(tag)  # type: ignore[method-assign]  # a probe
    parser.feed(one.html() + one.markdown())
    assert seen == []
    assert html.unescape(one.html()) == one.terminal()


def test_it_cannot_be_printed_as_it_is() -> None:
    one = Foreign("x")
    for attempt in (lambda: f"{one}", lambda: str(one), lambda: f"{one}", lambda: "a" + one):  # type: ignore[operator]  # what mypy sees as well
        with pytest.raises(TypeError):
            attempt()


def test_json_is_ascii_without_delete() -> None:
    assert json_text({"a": "\x7f\x9b\u202e"}) == '{"a":"\\u007f\\u009b\\u202e"}'
