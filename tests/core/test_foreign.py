"""One door: what a hostile author wrote is read back as text by every place it is made for."""

import csv
import html
import io
import json
import re
import shlex
from html.parser import HTMLParser

import pytest
import yaml

from proxy.core.foreign import Foreign, ForeignFact, joined, json_text

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
        one.terminal(), one.shell_word(), one.shell_remark(), one.yaml(), one.yaml_remark(), one.markdown(), one.markdown_code(),
        one.html(), one.csv(), one.json(), repr(one), one.terminal_ascii(), *one.terminal_lines(),
        *one.metrics_label().split("\n"),
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
    several = [one, one]
    attempts = (
        lambda: f"{one}",
        lambda: f"{one:>5}",
        lambda: str(one),
        lambda: "%s" % one,  # noqa: UP031  # one more way
        lambda: "a" + one,  # type: ignore[operator]  # what mypy sees as well
        lambda: ", ".join(several),  # type: ignore[arg-type]  # and this
        lambda: print(one),
    )
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()


def test_it_equals_its_text_and_stands_for_it_in_a_set() -> None:
    assert Foreign("x") == "x"
    assert Foreign("x") == Foreign("x")
    assert Foreign("x") != "y"
    assert hash(Foreign("x")) == hash("x")


def test_our_words_and_foreign_ones_together_are_foreign() -> None:
    both = joined("a ", Foreign("b\n"), "c", between="-")
    assert isinstance(both, Foreign)
    assert both.terminal() == "a -b\\n-c"
    assert Foreign("a=1&b=2&a=3&c").without_pairs({"a"}) == "b=2&c"
    assert Foreign("a[b").holds("[]")
    assert not Foreign("ab").holds("[]")
    assert Foreign("\udcff").octets() == b"\xff"


def test_a_fact_is_a_number_or_escaped() -> None:
    assert ForeignFact(5).terminal_or_number() == 5
    assert ForeignFact("\x1b").terminal_or_number() == "\\x1b"
    assert json_text([ForeignFact(5), ForeignFact("\x7f"), Foreign("a")]) == '[5,"\\u007f","a"]'
    with pytest.raises(TypeError):
        json_text(object())


def test_json_is_ascii_without_delete() -> None:
    assert json_text({"a": "\x7f\x9b\u202e"}) == '{"a":"\\u007f\\u009b\\u202e"}'


EXACT = [
    ("terminal", "a\nb", "a\\nb"),
    ("terminal_ascii", "ä b\x1b", "\\xe4 b\\x1b"),
    ("shell_word", "plain-word", "plain-word"),
    ("shell_word", "it's two", "'it'\"'\"'s two'"),
    ("shell_word", "a\nb", "'a\\nb'"),
    ("shell_remark", "a;  b $(c)", "'a;' b '$(c)'"),
    ("yaml", "GET /api/v3/order", "GET /api/v3/order"),
    ("yaml", "yes", '"yes"'),
    ("yaml", "a: b", '"a: b"'),
    ("markdown_code", "GET /api/v3/order <order:1a:2>", "`GET /api/v3/order <order:1a:2>`"),
    ("markdown_code", " a *b* ", "`a *b*`"),
    ("markdown_code", "a`b", "a\\`b"),
    ("markdown_code", "a|b", "a\\|b"),
    ("markdown_code", "a\\", "a\\\\"),
    ("markdown_code", " ", " "),
    ("markdown_code", "", ""),
    ("markdown", 'a & <b> "c" *d*', 'a &amp; &lt;b&gt; "c" \\*d\\*'),
    ("html", '<a href="x">', "&lt;a href=&quot;x&quot;&gt;"),
    ("csv", 'say "a"', '"say ""a"""'),
    ("csv", " =1+1", '"\' =1+1"'),
    ("csv", "a=1", '"a=1"'),
    ("json", 'a"\x7f', '"a\\"\\u007f"'),
    ("metrics_label", 'a"\n\x1b', 'a"\n\\x1b'),
]


@pytest.mark.parametrize(("place", "text", "shown"), EXACT)
def test_how_a_place_shows_it(place: str, text: str, shown: str) -> None:
    assert getattr(Foreign(text), place)() == shown


def test_what_can_be_asked_of_it() -> None:
    assert not Foreign("")
    assert Foreign("a")
    assert Foreign("GET").is_like(re.compile("[A-Z]+"))
    assert not Foreign("GET x").is_like(re.compile("[A-Z]+"))
    assert Foreign("a\nb\x1b").terminal_lines() == ["a", "b\\x1b"]
    assert joined("a", Foreign("b")) == "ab"
    with pytest.raises(TypeError, match="say where it will stand"):
        str(Foreign("a"))
