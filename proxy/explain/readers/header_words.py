"""The headers that matter to Binance, in whatever notation: `Name: value`, `"Name": "value"`, `Name => value`.

Behind an answer a Content-Type is the answer's, so only what stands before the first one counts.
"""

import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.readers.literals import octets
from proxy.explain.spans import HeadersSeen, Span

NAME: Final = "headers"
_HEADER: Final = re.compile(
    r"(?<![\w-])(?P<name>x-mbx-apikey|content-type|clienttype)\b(?P<sep>[\"'\])\\]{0,3}[ \t]{0,3}(?::|=>|=|,)?"
    r"[ \t]{0,3})(?P<open>[\"'\[({\\]{0,3}(?:b[\"'])?)(?P<value>[^\s\"'\\\]\[<>{},;()|]{1,200})?",
    re.IGNORECASE,
)
_ANSWER: Final = re.compile(
    r"response|handleRest|<-{2,3} |<< |HTTP/[0-9.]{1,3}[\"']? [1-5][0-9]{2}\b|^< ",
    re.IGNORECASE | re.MULTILINE,
)
_KEY: Final = re.compile(r"[A-Za-z0-9]{64}")


def find(text: str) -> Iterator[Span]:
    """The key wherever it stands; other headers up to the first answer."""
    answer = _ANSWER.search(text)
    bound = answer.start() if answer else len(text)
    for found in _HEADER.finditer(text):
        name, value = found["name"], found["value"] or ""
        key = name.lower() == "x-mbx-apikey"
        said = bool(found["sep"].strip(" \t\"'])\\")) or bool(_KEY.fullmatch(value))
        if not said or (not key and (found.start() > bound or not value)):
            continue
        literal = bool(_KEY.fullmatch(value)) or (bool(value) and found["open"].endswith(("'", '"')))
        if key and not literal:
            yield HeadersSeen(found.start(), found.end(), NAME, key_unknown=True)
        else:
            yield HeadersSeen(found.start(), found.end(), NAME, headers=((octets(name), octets(value)),))
