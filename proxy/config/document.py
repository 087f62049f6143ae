"""YAML to plain data that remembers its lines.

A small, strict YAML: one mapping, UTF-8, no anchors, no tags, no key twice. Scalars follow the YAML 1.2 core
schema (https://yaml.org/spec/1.2.2/#103-core-schema): `off` and `no` are words, `12:30` is text, dates are text.
No message repeats the file's text: a secret may have been pasted where it does not belong.
"""

import math
import os
import re
import stat
from pathlib import Path as FilePath
from typing import Any, Final

import msgspec
import yaml

from proxy.config.problems import Path, show_key
from proxy.core.errors import ConfigError
from proxy.core.key_shapes import shown_place
from proxy.platform import files

MAX_OCTETS: Final = 256 * 1024
MAX_DEPTH: Final = 12
_MAX_DIGITS: Final = 18
_EXAMPLE_HINT: Final = "config.yaml.example shows every setting"

_BOOL, _INT, _FLOAT, _NULL, _STR = (
    f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "null", "str")
)
_CORE_SCHEMA: Final = (
    (_BOOL, re.compile(r"true|True|TRUE|false|False|FALSE"), "tTfF"),
    (_NULL, re.compile(r"~|null|Null|NULL|"), ["~", "n", "N", ""]),
    (_INT, re.compile(rf"[-+]?[0-9]{{1,{_MAX_DIGITS}}}"), "-+0123456789"),
    (_FLOAT, re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?"), "-+.0123456789"),
)
_COLLECTION_TAGS: Final = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

_SYNTAX: Final = {
    "cannot start any token": "a tab stands where YAML wants spaces",
    "could not find expected ':'": "a line has no `key: value` form",
    "mapping values are not allowed here": "a colon stands where no `key: value` can begin; check the indentation",
    "expected <block end>": "the indentation does not fit the lines above",
    "found unexpected end of stream": "a quotation mark is never closed",
    "expected ',' or ']'": "a list that begins with [ is never closed",
    "expected ',' or '}'": "a mapping that begins with { is never closed",
    "expected the node content": "a value is missing or begins with a character that YAML reserves",
    "but found another document": "the file holds several documents; remove the lines that are only ---",
}
"""What PyYAML says, in words that name the remedy. Anything else is just `not valid YAML`."""


_LINE_BREAK: Final = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
"""What PyYAML counts as the end of a line."""


class Document(msgspec.Struct, frozen=True):
    """The content of one file. `lines` counts from 1 and has every mapping key and list item; `text` has each line as
    it is written."""

    data: dict[str, Any]
    lines: dict[Path, int]
    text: list[str]


class _Loader(yaml.SafeLoader):
    """Composes nodes only: no aliases, bounded depth, the core schema."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012  # PyYAML keeps the table on the class
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        reader: Any = self  # the stubs leave its methods bare
        event = reader.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _at(event.start_mark, "anchors and aliases (&name, *name) are not used here")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _at(event.start_mark, f"nested deeper than {MAX_DEPTH} levels")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _tag, _form, _first in _CORE_SCHEMA:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_form.pattern})\Z"), list(_first))


class _MisplacedError(Exception):
    """Something at a line (from 1) that this YAML does not have."""

    def __init__(self, line: int, says: str, hint: str = "") -> None:
        super().__init__(says)
        self.line, self.says, self.hint = line, says, hint


def _at(mark: Any, says: str, hint: str = "") -> _MisplacedError:
    return _MisplacedError(mark.line + 1, says, hint)


def read_document(path: FilePath) -> Document:
    """Read one configuration file. Raises ConfigError that names file and line."""
    try:
        descriptor = files.open_to_read(path, follow=True)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # a pipe without a writer would be waited for
                raise ConfigError(
                    f"{shown_place(path)}: is not a regular file", "check the path after --config"
                )
            octets = file.read(MAX_OCTETS + 1)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{shown_place(path)}: cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}",
            "check the path after --config",
        ) from None
    return parse_document(octets, str(path))


def parse_document(octets: bytes, name: str) -> Document:
    """The same for octets already read; `name` stands for the file in messages."""
    text = _decode(octets, name)
    try:
        root = yaml.compose(text, _Loader)
        if root is None or root.tag == _NULL:
            raise ConfigError(f"{name}: holds no settings", f"{_EXAMPLE_HINT}; or leave --config away")
        if not isinstance(root, yaml.MappingNode):
            kind = "a list" if isinstance(root, yaml.SequenceNode) else "a single value"
            raise _at(root.start_mark, f"the file must hold `key: value` lines, not {kind}", _EXAMPLE_HINT)
        lines: dict[Path, int] = {}
        return Document(_mapping(root, (), lines), lines, _LINE_BREAK.split(text))
    except _MisplacedError as problem:
        raise ConfigError(f"{name}:{problem.line}: {problem.says}", problem.hint) from None
    except yaml.reader.ReaderError:
        raise ConfigError(f"{name}: holds a control character", "save it as plain text in UTF-8") from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, name) from None


def _decode(octets: bytes, name: str) -> str:
    if len(octets) > MAX_OCTETS:
        raise ConfigError(f"{name}: is larger than {MAX_OCTETS // 1024} KiB", "is this the right file?")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        raise ConfigError(f"{name}:{line}: is not UTF-8 text", "save it in UTF-8") from None


def _syntax_error(error: yaml.MarkedYAMLError, name: str) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    line = f":{mark.line + 1}" if mark else ""
    said = error.problem or ""
    known = next((ours for theirs, ours in _SYNTAX.items() if theirs in said), None)
    if "cannot start any token" in said and "\\t" not in said:
        known = "a value begins with a character that YAML reserves; put the value in quotes"
    hint = "YAML is indented with spaces" if known is None or "tab" in known or "indent" in known else ""
    return ConfigError(f"{name}{line}: {known or 'this is not valid YAML'}", hint)


def _plain(node: Any, path: Path, lines: dict[Path, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        _refuse_tag(node)
        return [_plain(item, (*path, index), lines) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: Any, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    _refuse_tag(node)
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = _key(key_node)
        where = (*path, key)
        if key in data:
            raise _at(
                key_node.start_mark,
                f"{show_key(where)} is given twice, first in line {lines[where]}",
                "keep one of the two",
            )
        lines[where] = key_node.start_mark.line + 1
        data[key] = _plain(value_node, where, lines)
    return data


def _key(node: Any) -> str:
    if isinstance(node, yaml.ScalarNode) and node.tag == _STR:
        return _whole_characters(node)
    raise _at(node.start_mark, "a name must be text", "put it in quotes if it looks like a number")


def _scalar(node: Any) -> Any:
    value = str(node.value)
    match node.tag:
        case t if t == _BOOL:
            return value.lower() == "true"
        case t if t == _NULL:
            return None
        case t if t == _INT:
            return int(value)
        case t if t == _FLOAT:
            if math.isfinite(float(value)):
                return float(value)
            raise _at(node.start_mark, "a number is too large to be used")
        case t if t == _STR:
            return _whole_characters(node)
    raise _at(node.start_mark, "tags (!name) are not used here", "put the value in quotes")


def _whole_characters(node: Any) -> str:
    """The text of a scalar. JSON, which is YAML, writes characters beyond U+FFFF as two escapes (RFC 8259 section 7),
    and PyYAML leaves the halves apart: they could neither be checked nor printed."""
    try:
        return str(node.value).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise _at(
            node.start_mark, "an escape \\uD800 to \\uDFFF stands alone", "write the character itself"
        ) from None


def _refuse_tag(node: Any) -> None:
    if node.tag not in _COLLECTION_TAGS:
        raise _at(node.start_mark, "tags (!name) are not used here", "remove the tag")
