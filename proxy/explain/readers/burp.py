"""What Burp writes with "Save items": an XML file with request and answer of each item, mostly as base64.

The file is searched, not parsed: an entity in it means nothing here.
"""

import base64
import binascii
import re
from dataclasses import replace
from typing import Final

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets
from proxy.explain.readers.raw_http import read_pair

FORM: Final = "Burp item"
_ITEM: Final = re.compile(r"<item>(?P<inside>.{0,4000000}?)</item>", re.DOTALL)
_MESSAGE: Final = re.compile(
    r"<(?P<what>request|response) base64=\"(?P<coded>true|false)\"\s{0,9}>(?P<text>.*?)</(?P=what)>",
    re.DOTALL,
)
_HOST: Final = re.compile(r"<host[^<>]{0,100}>([^<>\s]{1,253})</host>")
_CDATA: Final = re.compile(r"<!\[CDATA\[(.*)\]\]>", re.DOTALL)
_AT_START: Final = re.compile(r"^<items\b", re.MULTILINE)
_MOST: Final = 10_000


def read_burp(text: str) -> list[SeenRequest]:
    """Every item whose request can be read; its host is the one that Burp names."""
    if "<request base64=" not in text or ('base64="false"' in text and not _AT_START.search(text)):
        return []  # what stands before each line of the file stands in its plain messages, too
    seen: list[SeenRequest] = []
    for number, item in enumerate(_ITEM.finditer(text)):
        if number == _MOST:
            break
        parts = {found["what"]: _octets(found) for found in _MESSAGE.finditer(item["inside"])}
        one = read_pair(parts.get("request", b""), parts.get("response", b""), form=FORM)
        host = _HOST.search(item["inside"])
        if one is not None:
            seen.append(replace(one, host=host[1].lower()) if host else one)
    return seen


def _octets(found: re.Match[str]) -> bytes:
    """The message as it travelled; empty where the base64 is damaged."""
    bare = _CDATA.fullmatch(found["text"].strip())
    inside = bare[1] if bare else found["text"]
    if found["coded"] == "false":
        return octets(inside)
    try:
        return base64.b64decode("".join(inside.split()))
    except (binascii.Error, ValueError):
        return b""
