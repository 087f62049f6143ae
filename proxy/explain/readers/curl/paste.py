"""A terminal session as people paste it: prompts, the command, curl's own chatter, the answer."""

import re
from dataclasses import dataclass
from typing import Final

_PROMPT: Final = re.compile(
    r"^(?:PS [^\n>]{0,200}>|[A-Za-z]:\\[^\n>]{0,200}>|[^\s'\"]{0,100}[^\n'\"]{0,60}[$#%>][ \t])[ \t]*"
    r"(?=(?:sudo |time )?curl(?:\.exe)?\s)|^(?:[$#%>]|\+{1,4})[ \t]+(?=curl)",
)
COMMAND: Final = re.compile(r"(?<![\w.-])curl(?:\.exe)?[\^'\"]{0,2}\s", re.IGNORECASE)
_STATUS_LINE: Final = re.compile(r"^(?:< )?HTTP/[0-9.]+ [1-5][0-9]{2}")
_REQUEST_LINE: Final = re.compile(r"^(?:GET|POST|PUT|DELETE) \S+ HTTP/[0-9.]+$")
"""As programs print their own; curl's stands behind `> `."""
_BODY: Final = re.compile(r"^(?:\{\"(?:code|msg|success|status|error)\"|<!doctype|<html)", re.IGNORECASE)
_BEFORE_BODY: Final = re.compile(r"^[^\s{'\"]{1,80}[$#%>][ \t](?=\{\"(?:code|msg|success|status|error)\")")
"""A prompt that the shell wrote before curl, left in the background, got its answer."""
_CHATTER: Final = re.compile(
    r"^(?:\* |\*$|[<>] |[<>]$|[{}] \[[0-9]+ bytes|  % Total| +Dload |[ 0-9:.kM-]{70,}$|curl: \([0-9]+\))"
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """One stretch of a session: shell text, and the answer behind it (whole, or only a body)."""

    command: str
    answer: str = ""
    body: str = ""


def split_paste(text: str) -> list[Pasted]:
    """Cut where an answer ends and another command begins. What is behind another program's request is not curl's."""
    pasted: list[Pasted] = []
    command: list[str] = []
    answer: list[str] = []
    kind = ""
    for whole in text.replace("\r\n", "\n").split("\n"):
        line = _BEFORE_BODY.sub("", whole)
        bare = _PROMPT.sub("", line)
        if kind and COMMAND.search(bare) and not _CHATTER.match(line):
            pasted.append(_pasted(command, answer, kind))
            command, answer, kind = [bare], [], ""
        elif kind == "answer":
            answer += _answer_lines(line)
        elif kind == "body":
            answer.append(line)
        elif kind == "other":
            continue
        elif any(map(COMMAND.search, command)) and _REQUEST_LINE.match(line):
            kind = "other"
        elif command and _STATUS_LINE.match(line):
            kind = "answer"
            answer.append(line.removeprefix("< "))
        elif _BODY.match(line) and any(command):
            kind = "body"
            answer.append(line)
        elif command and command[-1].endswith("\\") and line.startswith("> "):
            command.append(line[2:])  # the prompt of a continued line
        elif not _CHATTER.match(line):
            command.append(bare)
    return [*pasted, _pasted(command, answer, kind)]


def _answer_lines(line: str) -> list[str]:
    if line == "<" or line.startswith("< "):
        return [line[2:]]
    return [] if _CHATTER.match(line) else [line]


def _pasted(command: list[str], answer: list[str], kind: str) -> Pasted:
    text = "\n".join(answer)
    return Pasted("\n".join(command), text if kind == "answer" else "", text if kind == "body" else "")
