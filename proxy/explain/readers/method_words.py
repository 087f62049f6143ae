"""The method under a label: `method: POST`, `"method": "post"`, `Method=POST`, `-X POST`, `--method=POST`."""

import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.spans import MethodSeen, Span

_LABEL: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:http|request)?[ _-]?(?:method|verb)[\"'\]]?[ \t]{0,3}(?:[:=]>?)?[ \t]{0,3}[\"'(]{0,2}"
    r"(get|post|put|delete|patch|head)\b|(?<![\w-])-X[ =]?[\"']?(GET|POST|PUT|DELETE|PATCH|HEAD)\b",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Span]:
    for found in _LABEL.finditer(text):
        yield MethodSeen(found.start(), found.end(), "method", method=(found[1] or found[2]).upper())
