"""The recorded requests, and each of them as people would paste it."""

import base64
import json
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, eq=False)
class Case:
    name: str
    label: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    answer: dict[str, Any]
    api_key: str
    secret: str
    signature: str

    @property
    def target(self) -> bytes:
        rest = self.url.partition("://")[2]
        target = rest[rest.index("/") :] if "/" in rest else "/"
        return target.encode()

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def __repr__(self) -> str:
        return self.name


@cache
def recorded() -> tuple[Case, ...]:
    """All REST requests of tests/data/requests.jsonl."""
    rows = [json.loads(line) for line in (DATA / "requests.jsonl").read_text("utf-8").splitlines()]
    return tuple(
        Case(
            row["id"],
            row["label"],
            row["method"],
            row["url"],
            tuple((name, value) for name, value in row["headers"]),
            row["body"] or "",
            row["answer"],
            row["api_key"],
            row["secret"],
            row["signature"],
        )
        for row in rows
        if row["method"] != "WS"
    )


def as_raw(case: Case, *, line_end: str = "\r\n", answered: bool = False) -> bytes:
    body = case.body.encode()
    lines = [f"{case.method} {case.target.decode()} HTTP/1.1", f"Host: {case.host}"]
    lines += [f"{name}: {value}" for name, value in case.headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    raw = line_end.join([*lines, "", ""]).encode() + body
    if not answered or not case.answer["status"]:  # 0: nothing was answered
        return raw
    return raw + (line_end.encode() if body else b"") + as_raw_answer(case, line_end)


def as_raw_answer(case: Case, line_end: str = "\r\n") -> bytes:
    body = json.dumps({"code": case.answer.get("code"), "msg": case.answer.get("msg")})
    lines = [
        f"HTTP/1.1 {case.answer['status']} X",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return line_end.join([*lines, "", body]).encode()


def as_har_entry(case: Case) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": case.method,
        "url": case.url,
        "headers": [{"name": name, "value": value} for name, value in case.headers],
    }
    if case.body:
        request["postData"] = {"mimeType": "", "text": case.body}
    body = json.dumps({"code": case.answer.get("code"), "msg": case.answer.get("msg")}).encode()
    content = {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    return {
        "startedDateTime": "2026-04-13T10:32:03.224Z",
        "request": request,
        "response": {"status": case.answer["status"], "headers": [], "content": content},
    }


def as_har(cases: tuple[Case, ...]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": [as_har_entry(case) for case in cases]}}).encode()


def curl_words(case: Case) -> list[str]:
    words = ["curl", "-g", "-X", case.method, case.url]
    for name, value in case.headers:
        words += ["-H", f"{name}: {value}" if value else f"{name};"]
    return [*words, "--data-raw", case.body] if case.body else words


def as_bash(case: Case) -> str:
    return " \\\n  ".join(shlex.quote(word) for word in curl_words(case))


def as_ansi_c(case: Case) -> str:
    """Like browsers quote what holds odd characters: `$'...'` with `\\uNNNN`."""
    return " ".join(_ansi_c(word) for word in curl_words(case))


def _ansi_c(word: str) -> str:
    inside = "".join(
        c
        if " " <= c <= "~" and c not in "'\\!"
        else f"\\u{ord(c):04x}"
        if ord(c) > 0x7F
        else f"\\x{ord(c):02x}"
        for c in word
    )
    return f"$'{inside}'"


def as_cmd(case: Case) -> str:
    """As Chrome copies for cmd: every special character behind a caret."""
    return " ^\n  ".join(_cmd(word) for word in curl_words(case))


def _cmd(word: str) -> str:
    quoted = word.replace('"', '\\"')
    carets = "".join(c if c.isalnum() or c in " _-:=+~'/.,?;()*`\n" else f"^{c}" for c in quoted)
    return '^"' + carets.replace("\n", "^\n\n") + '^"'


def as_cmd_quotes(case: Case) -> str:
    """Typed by hand for cmd: double quotes, doubled inside."""
    first, *rest = curl_words(case)
    return " ".join([first + ".exe", *('"' + word.replace('"', '""') + '"' for word in rest)])


def as_powershell(case: Case) -> str:
    first, *rest = curl_words(case)
    return " `\n  ".join([first + ".exe", *("'" + word.replace("'", "''") + "'" for word in rest)])
