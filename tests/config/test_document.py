"""Plain data with lines out of YAML, and one clear line for whatever is not the YAML we take."""

import json

import pytest

from proxy.config.document import MAX_DEPTH, MAX_OCTETS, parse_document
from proxy.core.errors import ConfigError

CANARY = "CanaryCanaryCanaryCanaryCanaryCanaryCanaryCanaryCanaryCanaryCana"

REFUSED = [
    (b"", "c.yaml: holds no settings"),
    (b"# only a comment\n", "c.yaml: holds no settings"),
    (b"---\n", "c.yaml: holds no settings"),
    (b"- a\n- b\n", "c.yaml:1: the file must hold `key: value` lines, not a list"),
    (b"\n\njust words\n", "c.yaml:3: the file must hold `key: value` lines, not a single value"),
    (b"a: 1\nb: 2\na: 3\n", "c.yaml:3: a is given twice, first in line 1"),
    (b"s:\n  a: 1\n  a: 1\n", "c.yaml:3: s.a is given twice, first in line 2"),
    (b"a: 1\nb:\n\tc: 2\n", "c.yaml:3: a tab stands where YAML wants spaces"),
    (b"a: 1\n\xff: 2\n", "c.yaml:2: is not UTF-8 text"),
    ("a: 1\n".encode("utf-16"), "c.yaml:1: is not UTF-8 text"),
    (b"a: \x07\n", "c.yaml: holds a control character"),
    (b"a: &x 1\nb: *x\n", "c.yaml:1: anchors and aliases (&name, *name) are not used here"),
    (b"a: 1\nb: *x\n", "c.yaml:2: anchors and aliases (&name, *name) are not used here"),
    (b"a: !!python/object/apply:os.system [x]\n", "c.yaml:1: tags (!name) are not used here"),
    (b"a: !!binary aGk=\n", "c.yaml:1: tags (!name) are not used here"),
    (b"a: !!timestamp 2026-01-01\n", "c.yaml:1: tags (!name) are not used here"),
    (b"a: 1\n---\nb: 2\n", "c.yaml:2: the file holds several documents; remove the lines that are only ---"),
    (b"a: b: c\n", "c.yaml:1: a colon stands where no `key: value` can begin; check the indentation"),
    (b'a: "x\n', "c.yaml:2: a quotation mark is never closed"),
    (b"a: [1, 2\n", "c.yaml:2: a list that begins with [ is never closed"),
    (b"a: {b: 1\n", "c.yaml:2: a mapping that begins with { is never closed"),
    (b"a: @x\n", "c.yaml:1: a value begins with a character that YAML reserves; put the value in quotes"),
    (b"1: 2\n", "c.yaml:1: a name must be text"),
    (b"? [a]\n: 1\n", "c.yaml:1: a name must be text"),
    (b"a: " + b"9" * 400 + b"\n", "c.yaml:1: a number is too large to be used"),
    (b'a: 1\nb: "\\ud83d"\n', "c.yaml:2: an escape \\uD800 to \\uDFFF stands alone"),
    (b'a: 1\n"\\ude00\\ud83d": 2\n', "c.yaml:2: an escape \\uD800 to \\uDFFF stands alone"),
    (b"[" * (MAX_DEPTH + 1), f"c.yaml:1: nested deeper than {MAX_DEPTH} levels"),
    (b"[" * 50_000, f"c.yaml:1: nested deeper than {MAX_DEPTH} levels"),
    (b"a: 1\n" + b"#" * MAX_OCTETS, "c.yaml: is larger than 256 KiB"),
]


@pytest.mark.parametrize(("octets", "says"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_taken_is_told_with_file_and_line(octets: bytes, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_document(octets, "c.yaml")
    assert caught.value.message == says


@pytest.mark.parametrize(
    "text",
    [
        f"a: *{CANARY}",
        f"a: &{CANARY} 1",
        f"a: !{CANARY} 1",
        f"a: !{CANARY}!x 1",
        f"a: b: {CANARY}",
        f"{CANARY}: 1\n{CANARY}: 2",
        f'a: "{CANARY}',
        f"a: [{CANARY}",
        f"{CANARY}",
        f'a: "\\{CANARY}"',
    ],
)
def test_no_message_repeats_the_text_of_the_file(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_document(text.encode(), "c.yaml")
    assert CANARY[:12] not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("off", "off"),  # YAML 1.1 makes this False, and `client_type: off` is a setting
        ("yes", "yes"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"),
        ("12:30", "12:30"),
        ("127.0.0.1:8180", "127.0.0.1:8180"),
        ("2026-01-01", "2026-01-01"),
        ('"12"', "12"),
        ("[a, 1, null]", ["a", 1, None]),
        ("{b: {c: []}}", {"b": {"c": []}}),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    assert parse_document(f"a: {text}\n".encode(), "c").data == {"a": value}


def test_every_key_and_item_keeps_its_line() -> None:
    document = parse_document(b"a: 1\n\nb:\n  - x\n  - c: 2\n", "c")
    assert document.lines == {("a",): 1, ("b",): 3, ("b", 0): 4, ("b", 1): 5, ("b", 1, "c"): 5}


def test_characters_that_json_writes_as_two_escapes_are_whole() -> None:
    """What `json.dumps` makes of an emoji, in a name and in a value."""
    told = parse_document(json.dumps({"a\U0001f600": ["\U0001f600", "\u5e01"]}).encode(), "c.yaml").data
    assert told == {"a\U0001f600": ["\U0001f600", "\u5e01"]}


def test_a_byte_order_mark_of_utf_8_is_no_trouble() -> None:
    assert parse_document(b"\xef\xbb\xbfa: 1\n", "c").data == {"a": 1}
