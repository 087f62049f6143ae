"""What a reader hands out is the journal's schema, with every text foreign."""

import json
from typing import Any

import msgspec
import pytest

from proxy.core.foreign import Foreign, ForeignFact, json_text
from proxy.core.redaction import encode_record, foreign_record, record
from proxy.core.redaction.foreign_record import decode_foreign
from tests.evidence.records import write_journal
from tests.journal.lines import bare_lines

PAIRS = {
    name: f"Foreign{name.removesuffix('Record')}"
    for name in (
        "SideRecord", "PartRecord", "CutRecord", "ClockRecord", "ProofRecord", "FindingRecord", "IntentRecord",
        "FlowRecord", "OutcomeRecord", "DroppedRecord", "RemovedRecord",
    )
}  # fmt: skip


def _as_read(kind: object) -> str:
    """The type that a field of the journal's schema has when it is read."""
    text = str(kind).replace("proxy.core.redaction.record.", "").replace("<class 'str'>", "str")
    for ours in sorted(PAIRS, key=len, reverse=True):
        text = text.replace(ours, PAIRS[ours])
    text = text.replace("dict[str, str | int]", "dict[Foreign, ForeignFact]").replace(
        "list[str]", "tuple[Foreign, ...]"
    )
    text = text.replace("str", "Foreign") if text == "str" else text
    if text.startswith("list["):
        text = f"tuple[{text[5:-1]}, ...]"
    return text


def _read(kind: object) -> str:
    text = (
        str(kind)
        .replace("proxy.core.redaction.foreign_record.", "")
        .replace("proxy.core.redaction.record.", "")
    )
    return text.replace("proxy.core.foreign.", "").replace("<class 'Foreign'>", "Foreign")


@pytest.mark.parametrize("name", PAIRS)
def test_it_has_the_fields_of_what_is_written(name: str) -> None:
    ours, theirs = getattr(record, name), getattr(foreign_record, PAIRS[name])
    assert theirs.__struct_config__.tag == ours.__struct_config__.tag
    for written, read in zip(msgspec.structs.fields(ours), msgspec.structs.fields(theirs), strict=True):
        assert (read.name, read.encode_name) == (written.name, written.encode_name)
        assert _read(read.type) == _as_read(written.type), read.name
        assert json_text(_default(read)) == json_text(_default(written)), read.name


def _default(one: Any) -> Any:
    if one.default_factory is not msgspec.NODEFAULT:
        return one.default_factory()
    return "required" if one.default is msgspec.NODEFAULT else one.default


def test_every_struct_of_the_schema_is_compared() -> None:
    texts = [
        name
        for name, one in vars(record).items()
        if isinstance(one, type) and issubclass(one, msgspec.Struct) and one.__module__ == record.__name__
    ]
    assert set(texts) - {"Line", "FlowHead", "PhasesRecord"} == set(
        PAIRS
    )  # two to inherit from, one of numbers


def _texts(value: object) -> list[object]:
    """Whatever stands in a record, all the way down."""
    if isinstance(value, msgspec.Struct):
        return [one for name in value.__struct_fields__ for one in _texts(getattr(value, name))]
    if isinstance(value, dict):
        return [one for pair in value.items() for part in pair for one in _texts(part)]
    if isinstance(value, tuple | list):
        return [one for part in value for one in _texts(part)]
    return [value]


def test_no_text_of_a_record_is_plain_and_json_is_the_line_again(tmp_path: Any) -> None:
    write_journal(tmp_path)
    (file,) = tmp_path.glob("flows-*.jsonl")
    lines = bare_lines(file.read_bytes())
    assert len(lines) > 5
    for line in lines:
        read = decode_foreign(line)
        assert [one for one in _texts(read) if isinstance(one, str)] == []
        assert json.loads(json_text(read)) == json.loads(line)
        assert json_text(read) == encode_record(record.decode_record(line)).decode()


FINDING = {"rule": "a", "strength": "s", "says": "x", "remedy": "y", "facts": {"k": 1, "t": "z"}}
FLOW = {
    "type": "flow",
    "schema": 1,
    "time": "t",
    "request_id": "r",
    "http.request.method": "GET",
    "url.path": "/",
    "in": {},
}


def test_a_fact_is_a_number_or_foreign() -> None:
    read = decode_foreign(json.dumps(FLOW | {"findings": [FINDING]}).encode())
    assert isinstance(read, foreign_record.ForeignFlow)
    facts = read.findings[0].facts
    assert [fact.value for fact in facts.values()] == [1, Foreign("z")]
    assert all(isinstance(fact, ForeignFact) for fact in facts.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"time": 5},
        {"schema": 2},
        {"type": "none"},
        {"findings": [FINDING | {"facts": {"a": True}}]},
        {"notes": [None]},
    ],
)
def test_anything_else_is_no_record(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"journal record|schema"):
        decode_foreign(json.dumps(FLOW | wrong).encode())
