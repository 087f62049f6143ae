"""The requests of the Postman and the Bruno collection, read as those programs read them."""

import json
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2] / "examples"
POSTMAN: Final = ROOT / "postman" / "binance-unsigned.postman_collection.json"
BRUNO: Final = ROOT / "bruno"
_BLOCK: Final = re.compile(r"^([\w:-]+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)


class Request(NamedTuple):
    """`kind` is the content type of the body, empty without one; variables stand as `{{name}}`."""

    folder: str
    name: str
    method: str
    url: str
    kind: str
    body: Any


def postman() -> list[Request]:
    collection = json.loads(POSTMAN.read_text("utf-8"))
    assert collection["info"]["schema"].endswith("/v2.1.0/collection.json")
    assert collection["auth"] == {"type": "noauth"}
    return [
        Request(folder["name"], one["name"], one["request"]["method"], _url(one["request"]["url"]), *_body(one["request"]))
        for folder in collection["item"]
        for one in folder["item"]
    ]  # fmt: skip


def _url(url: dict[str, Any]) -> str:
    """From its parts, which Postman sends; what it shows must be the same."""
    query = "&".join(f"{pair['key']}={pair['value']}" for pair in url.get("query", ()))
    built = "/".join([*url["host"], *url["path"]]) + (f"?{query}" if query else "")
    assert built == url["raw"]
    return built


def _body(request: dict[str, Any]) -> tuple[str, Any]:
    assert request["header"] == []
    body = request.get("body")
    if body is None:
        return "", None
    if body["mode"] == "urlencoded":
        return "application/x-www-form-urlencoded", {
            pair["key"]: pair["value"] for pair in body["urlencoded"]
        }
    assert body["options"] == {"raw": {"language": "json"}}
    return "application/json", json.loads(body["raw"])


def bruno() -> list[Request]:
    found = []
    for folder in sorted(BRUNO.iterdir()):
        if not folder.is_dir():
            continue
        title = _pairs(_blocks(folder / "folder.bru")["meta"])["name"]
        for file in folder.glob("*.bru"):
            if file.name != "folder.bru":
                blocks = _blocks(file)
                meta = _pairs(blocks.pop("meta"))
                assert meta["name"] == file.stem
                assert meta["type"] == "http"
                found.append((int(meta["seq"]), _request(title, meta["name"], blocks)))
    return [one for _, one in sorted(found)]


def _request(folder: str, name: str, blocks: dict[str, str]) -> Request:
    (method,) = {"get", "post", "delete"} & set(blocks)
    head = _pairs(blocks.pop(method))
    assert head["auth"] == "none"
    query = _pairs(blocks.pop("params:query", ""))
    assert head["url"].partition("?")[2] == "&".join(f"{key}={value}" for key, value in query.items())
    kind, body = {
        "none": lambda: ("", None),
        "formUrlEncoded": lambda: (
            "application/x-www-form-urlencoded",
            _pairs(blocks.pop("body:form-urlencoded")),
        ),
        "json": lambda: ("application/json", json.loads(blocks.pop("body:json"))),
    }[head["body"]]()
    assert blocks == {}
    return Request(folder, name, method.upper(), head["url"], kind, body)


def variables() -> tuple[dict[str, str], dict[str, str]]:
    """Those of both, Postman's first."""
    theirs = {one["key"]: one["value"] for one in json.loads(POSTMAN.read_text("utf-8"))["variable"]}
    return theirs, _pairs(_blocks(BRUNO / "collection.bru")["vars:pre-request"])


def _blocks(file: Path) -> dict[str, str]:
    return {found[1]: found[2] for found in _BLOCK.finditer(file.read_text("utf-8"))}


def _pairs(text: str) -> dict[str, str]:
    return dict(line.strip().split(": ", 1) for line in text.splitlines() if line.strip())
