"""`{:?}` of a reqwest `Request` or `Url`: the URL in its parts, the headers as a map."""

import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.readers.literals import headers_of, octets, read_value
from proxy.explain.spans import HeadersSeen, Span, UrlSeen

NAME: Final = "reqwest request"
_URL: Final = re.compile(
    r"(?:method: (?P<method>[A-Z]{3,7}),\s{0,9})?(?:url: )?Url \{\s*scheme: \""
    r"(?P<scheme>https?)\",[^{}]{0,300}?host: Some\(\s*(?:Domain\(\s*)?"
    r"\"(?P<host>[^\"]{1,300})\",?\s*\)?,?\s*\)?,\s*port: (?:None|Some\(\s*"
    r"(?P<port>[0-9]{1,5}),?\s*\)),\s*path: \"(?P<path>[^\"]{0,2000})\","
    r"\s*query: (?:None|Some\(\s*\"(?P<query>(?:[^\"\\]|\\.){0,20000})\",?\s*\))"
)
_HEADERS: Final = re.compile(r"\s*,?\s*fragment: [^{}]{0,300}\},?\s*headers: (?=\{)")
_PLAIN: Final = re.compile(
    r"Request \{\s*method: (?P<method>[A-Z]{3,7}),\s*url: \"(?P<url>https?://[^\"\s]{1,20000})\",\s*headers: (?=\{)"
)


def find(text: str) -> Iterator[Span]:
    """reqwest prints no body, so a method other than GET may have one that is not shown."""
    for found in _URL.finditer(text):
        port = f":{found['port']}" if found["port"] else ""
        query = f"?{found['query']}" if found["query"] is not None else ""
        url = f"{found['scheme']}://{found['host']}{port}{found['path']}{query}".replace('\\"', '"')
        headers = _HEADERS.match(text, found.end())
        yield from _request(text, found, url, headers.end() if headers else None)
    for found in _PLAIN.finditer(text):
        yield from _request(text, found, found["url"], found.end())


def _request(text: str, found: re.Match[str], url: str, at: int | None) -> Iterator[Span]:
    value = read_value(text, at) if at is not None else None
    scope = (found.start(), value[1] if value else found.end())
    yield UrlSeen(*scope, NAME, scope, url=octets(url), method=found["method"])
    if value is not None:
        yield HeadersSeen(*scope, NAME, scope, headers=headers_of(value[0]), whole=True)
