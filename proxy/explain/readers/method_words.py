"""The method under a label: `method: POST`, `"method": "post"`, `Method=POST`, `-X POST`, `--method=POST`,
`requests.request("POST", url)`."""

import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.spans import MethodSeen, Span

_LABEL: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:http|request)?[ _-]?(?:method|verb)[\"'\]]?[ \t]{0,3}(?:[:=]>?)?[ \t]{0,3}[\"'(]{0,2}"
    r"(?:HttpMethod\(value=)?(get|post|put|delete|patch|head)\b"
    r"|\b(?:requests|session|client|httpx|http)\.request\([ \t\n]{0,9}[\"']"
    r"(GET|POST|PUT|DELETE|PATCH|HEAD)[\"']|(?<![\w-])-X[ =]?[\"']?(GET|POST|PUT|DELETE|PATCH|HEAD)\b",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Span]:
    for found in _LABEL.finditer(text):
        yield MethodSeen(
            found.start(), found.end(), "method", method=next(filter(None, found.groups())).upper()
        )
