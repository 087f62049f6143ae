"""A request line in quotes, as urllib3 and access logs write it: `https://host:443 "GET /path HTTP/1.1" 400 63`."""

import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.readers.literals import octets
from proxy.explain.spans import BodySeen, ReplySeen, Span, UrlSeen

_LINE: Final = re.compile(
    r"(?:(?P<base>https?://[^\s\"'/]{1,300}) )?\"(?P<method>GET|POST|PUT|DELETE|PATCH|HEAD) (?P<target>(?:/|https?://)[^\"\n]{0,20000}?)"
    r" HTTP/[0-9](?:\.[0-9])?\"(?: (?P<status>[1-5][0-9]{2})\b)?"
)


def find(text: str) -> Iterator[Span]:
    """The status behind the line is the answer's. A method other than GET may have a body that is not shown."""
    for found in _LINE.finditer(text):
        scope = (found.start(), found.end())
        name = "urllib3 log" if found["base"] else "access log"
        url = found["target"] if "://" in found["target"] else (found["base"] or "") + found["target"]
        yield UrlSeen(*scope, name, url=octets(url), method=found["method"])
        if found["method"] == "GET":
            yield BodySeen(*scope, name)
        if found["status"]:
            yield ReplySeen(*scope, name, status=int(found["status"]))
