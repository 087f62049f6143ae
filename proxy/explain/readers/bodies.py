"""Bodies anywhere in a text: a form by its shape, JSON and "none" by the label before them."""

import json
import re
from collections.abc import Iterator
from typing import Final

from proxy.explain.readers.literals import octets
from proxy.explain.readers.replies import is_answer
from proxy.explain.spans import BodySeen, Span

NAME: Final = "body"
_FORM: Final = re.compile(
    r"(?<![?&\w%=/.-])(?P<form>[A-Za-z_@][\w.\[\]%-]{0,80}+=[^\s&\"'<>]*+(?:&[A-Za-z_@%][\w.\[\]%-]{0,80}+=[^\s&\"'<>]*+)*+)"
)
_MARKS: Final = re.compile(r"(?:^|&)(?:timestamp|signature|recvWindow)=")
_LABEL: Final = re.compile(
    r"(?<![\w])(?P<whose>(?:response|request|req|res)[ _-]?)?(?:body|payload|content|postdata|form[ _-]?data|data)"
    r"[\"'\]]?[ \t]{0,3}(?:[:=]|=>)[ \t]{0,3}(?P<quote>b?[\"'`])?"
    r"(?:(?P<none>None\b|null\b|undefined\b|<null>|nil\b|\"\"|''|[ \t]{0,9}$)|(?=(?P<json>[{\[])))",
    re.IGNORECASE | re.MULTILINE,
)
_LABELLED: Final = re.compile(
    r"(?:payload|(?:request_?|post_?)?(?:body|data)|content|form)=(?=[A-Za-z_]\w{0,80}=)", re.IGNORECASE
)
"""A form as the value of a name, as logs of maps and `key=value` pairs print it: `{method=post, payload=a=1&b=2}`."""
_LINE_END: Final = re.compile(r"\\[nr](?![\w%])|\\[nr]\\[nr]")
"""A line end as logs write it that escape it, which is no part of a form."""
_TAIL: Final = ",;)]}\\`."


def find(text: str) -> Iterator[Span]:
    """A form counts with two parameters, or with one that only signed requests have."""
    for found in _FORM.finditer(text):
        label = _LABELLED.match(found["form"])
        start = found.start() + (label.end() if label else 0)
        form = _LINE_END.split(found["form"][start - found.start() :], maxsplit=1)[0].rstrip(_TAIL)
        if "&" in form and (_MARKS.search(form) or form.count("&") > 1):
            yield BodySeen(start, start + len(form), NAME, body=octets(form))
    for number, found in enumerate(_LABEL.finditer(text)):
        if number == _MOST:
            return
        if (found["whose"] or "").lower().startswith("res"):
            continue
        if found["json"] is None:
            if (found["none"] and found["none"].strip()) or found["quote"] is None:
                yield BodySeen(found.start(), found.end(), NAME)
            continue
        raw = _json(text[found.end() : found.end() + _WINDOW])
        if raw is not None:
            yield BodySeen(found.start(), found.end() + len(raw), NAME, body=octets(raw))


_DESCRIBES: Final = frozenset({"mode", "mimeType"})
"""An object with such a name describes a body (Postman, HAR, Insomnia) and is none."""
_MOST: Final = 1000
_WINDOW: Final = 65_536


def _json(window: str) -> str | None:
    try:
        value, end = json.JSONDecoder().raw_decode(window)
    except (ValueError, RecursionError):
        return None
    described = isinstance(value, dict) and not _DESCRIBES.isdisjoint(value)
    return None if is_answer(value) or described else window[:end]
