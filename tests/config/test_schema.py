"""The JSON Schema, the example file and the settings say the same."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proxy.config.convert import convert
from proxy.config.document import parse_document
from proxy.config.schema import settings_schema
from proxy.core.settings import Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.yaml.example").read_text()


def _faults(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "$") -> list[str]:
    """A small judge of the JSON Schema words that the schema uses; anything else in it is a fault."""
    known = {
        "$schema",
        "title",
        "description",
        "default",
        "$defs",
        "$ref",
        "type",
        "enum",
        "anyOf",
        "properties",
    }
    known |= {
        "required",
        "additionalProperties",
        "items",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "pattern",
        "minLength",
    }
    assert schema.keys() <= known, schema.keys() - known
    if "$ref" in schema:
        return _faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    if "anyOf" in schema and all(_faults(value, one, root, path) for one in schema["anyOf"]):
        return [f"{path}: fits none"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: not one of"]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
    }
    kinds |= {"boolean": bool, "null": type(None)}
    wanted = schema.get("type")
    if wanted and (not isinstance(value, kinds[wanted]) or (isinstance(value, bool) and wanted != "boolean")):
        return [f"{path}: not {wanted}"]
    below = schema.get("minimum"), schema.get("exclusiveMinimum"), schema.get("maximum")
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, above, high = below
        if (
            (low is not None and value < low)
            or (above is not None and value <= above)
            or (high is not None and value > high)
        ):
            return [f"{path}: out of range"]
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        return [f"{path}: pattern"]
    if isinstance(value, str) and len(value) < schema.get("minLength", 0):
        return [f"{path}: too short"]
    if isinstance(value, list):
        return [
            fault
            for i, one in enumerate(value)
            for fault in _faults(one, schema.get("items", {}), root, f"{path}[{i}]")
        ]
    return _object_faults(value, schema, root, path) if isinstance(value, dict) else []


def _object_faults(
    value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], path: str
) -> list[str]:
    found = [f"{path}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    more = schema.get("additionalProperties", True)
    for name, one in value.items():
        inner = schema.get("properties", {}).get(name)
        if inner is None and more is False:
            found.append(f"{path}: {name} is unknown")
        elif inner is not None or isinstance(more, dict):
            found += _faults(one, inner if inner is not None else more, root, f"{path}.{name}")
    return found


def _uncommented() -> str:
    """The example with its sample accounts and endpoints switched on."""
    text = EXAMPLE.replace("accounts: {}", "accounts:").replace("endpoints: []", "endpoints:")
    text = text.replace("clients: {}", "clients:")
    return re.sub(r"^#   ", "  ", text, flags=re.MULTILINE).replace("  signing-proxy", "#  signing-proxy")


def _names(schema: dict[str, Any]) -> set[str]:
    rooms = [schema["$defs"][name] for name in schema["$defs"]]
    return {name for room in rooms for name in room["properties"]}


def test_every_value_of_the_example_is_the_default() -> None:
    conversion = convert(parse_document(EXAMPLE.encode(), "example").data)
    assert conversion.problems == []
    assert conversion.settings == Settings()


def test_every_setting_stands_in_the_example() -> None:
    plain = msgspec.to_builtins(Settings())
    data = parse_document(EXAMPLE.encode(), "example").data
    assert data.keys() == plain.keys()
    for room in (
        name
        for name, value in plain.items()
        if isinstance(value, dict) and name not in ("accounts", "clients")
    ):
        assert data[room].keys() == plain[room].keys()
    for name in _names(settings_schema()):
        assert re.search(rf"\b{name}\b", EXAMPLE), name


def test_the_samples_in_the_comments_are_valid_too() -> None:
    data = parse_document(_uncommented().encode(), "example").data
    conversion = convert(data)
    assert conversion.problems == []
    assert set(conversion.settings.accounts) == {"main", "futures"}
    assert set(conversion.settings.clients) == {"grid-bot"}
    assert conversion.settings.endpoints[0].endpoint == "GET /sapi/v1/brand/new"
    schema = settings_schema()
    assert _faults(data, schema, schema) == []


def test_the_schema_takes_the_example() -> None:
    schema = settings_schema()
    assert _faults(parse_document(EXAMPLE.encode(), "example").data, schema, schema) == []


@pytest.mark.parametrize(
    "data",
    [
        {"listen": 1},
        {"unknown": 1},
        {"signing": {"recv_window_ms": 60_001}},
        {"signing": {"recv_window_ms": 0}},
        {"environment": "mainnet"},
        {"upstream": {"connect_seconds": 0}},
        {"policy": {"profiles": ["everything"]}},
        {"endpoints": [{}]},
        {"endpoints": [{"endpoint": "PATCH /x"}]},
        {"accounts": {"m": {"api_secret": "x"}}},
        {"journal": {"max_age_days": "long"}},
        {"journal": {"directory": ""}},
        {"token_file": ""},
    ],
)
def test_schema_and_loader_refuse_the_same(data: dict[str, Any]) -> None:
    schema = settings_schema()
    assert _faults(data, schema, schema) != []
    assert convert(data).problems != []


def test_every_path_is_text_that_is_not_empty() -> None:
    """An empty path would be the working directory, which the journal closes to others."""
    paths = {
        name: setting
        for room in settings_schema()["$defs"].values()
        for name, setting in room["properties"].items()
        if name.endswith("_file") or name == "directory"
    }
    assert len(paths) == 11
    assert all("minLength': 1" in str(setting) for setting in paths.values())


def test_every_setting_has_a_description() -> None:
    for room in settings_schema()["$defs"].values():
        assert room["description"]
        for name, setting in room["properties"].items():
            assert setting.get("description"), name
