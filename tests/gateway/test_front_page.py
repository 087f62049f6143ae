"""`GET /`: a static page for browsers, the same as JSON for tools, and nothing for a web page."""

import asyncio
import base64
import hashlib
import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import Got, House, house

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
TYPED: dict[str, str] = {
    "Accept": CHROME,
    "Sec_Fetch_Site": "none",
    "Sec_Fetch_Mode": "navigate",
    "Sec_Fetch_Dest": "document",
    "Upgrade_Insecure_Requests": "1",
}
"""What Chrome sends for an address that a person typed."""


class Reader(HTMLParser):
    """Tags and text, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attrs]))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


async def test_a_browser_gets_a_page_that_can_do_nothing(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0") as at:
        got = await at.ask("GET", "/", **TYPED)
        assert got.status == 200
        assert got.headers["Content-Type"] == "text/html; charset=utf-8"
        page = got.body.decode()
        read = Reader(page)
        assert {tag for tag, _ in read.tags} <= {
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "h1",
            "h2",
            "p",
            "code",
        }
        assert {name for _, names in read.tags for name in names} <= {"lang", "charset", "name", "content"}
        policy = got.headers["Content-Security-Policy"]
        style = re.search(r"<style>(.*)</style>", page)
        assert style is not None
        digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
        assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; sandbox; frame-ancestors 'none'"
        assert (got.headers["Cache-Control"], got.headers["X-Frame-Options"]) == ("no-store", "DENY")
        words = "".join(read.text)
        assert f"curl {at.running.url}/api/v3/account" in words
        assert at.running.admin_url is not None
        assert at.running.admin_url in words
        assert at.sent == []


async def test_a_tool_gets_the_same_as_json(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0") as at:
        for accept in ("*/*", "application/json, text/plain, */*", "text/html;q=0", "text/*"):
            got = await at.ask("GET", "/?x=1", Accept=accept)
            told: dict[str, Any] = json.loads(got.body)
            assert (got.status, got.execution) == (200, "not_sent")
            assert (told["name"], told["admin"]) == ("binance-signing-proxy", at.running.admin_url)
            assert len(told["try"]) == 3
            assert "No path was given" in told["msg"]


async def test_the_three_things_to_try_work_as_they_stand_there(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        told = json.loads((await at.ask("GET", "/")).body)
        for one in told["try"]:
            command = one["command"].replace("curl ", "curl -s -o /dev/null -w %{http_code} ", 1)
            ended = await _run(command)
            assert ended == "200", command
        assert [sent.path for sent in at.sent] == [
            "/api/v3/time",
            "/api/v3/account",
        ]  # the third sends nothing


async def _run(command: str) -> str:
    running = await asyncio.create_subprocess_exec(*shlex.split(command), stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(10):
        out, _ = await running.communicate()
    return out.decode()


REFUSED = [
    ("GET", {"Origin": "{url}"}, "origin_not_allowed"),
    ("GET", {"Origin": "null", **TYPED}, "origin_not_allowed"),
    ("GET", TYPED | {"Sec_Fetch_Site": "cross-site"}, "cross_site_refused"),
    ("GET", TYPED | {"Sec_Fetch_Site": "same-origin"}, "cross_site_refused"),
    ("GET", TYPED | {"Host": "evil.example"}, "host_not_allowed"),
    ("GET", TYPED | {"X_Forwarded_For": "1.2.3.4"}, "proxied_refused"),
    ("GET", {"X_Gateway_Nonsense": "1"}, "bad_control_header"),
    ("POST", {}, "path_not_canonical"),
    ("OPTIONS", {}, "method_not_allowed"),
    ("HEAD", {}, "method_not_allowed"),
]


@pytest.mark.parametrize(("method", "headers", "token"), REFUSED)
async def test_everybody_else_is_refused_as_ever(
    method: str, headers: dict[str, str], token: str, tmp_path: Path
) -> None:
    async with house(tmp_path) as at:
        filled = {name: value.format(url=at.running.url) for name, value in headers.items()}
        got = await at.ask(method, "/", **filled)
        assert got.token == token
        assert (await at.flow())["error.type"] == token


async def test_with_a_client_token_it_asks_for_it(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("test-token-of-nobody")
    file.chmod(0o600)
    async with house(tmp_path, token_file=str(file)) as at:
        assert (await at.ask("GET", "/", **TYPED)).token == "token_required"
        assert (await at.ask("GET", "/", X_Gateway_Token="test-token-of-nobody")).status == 200


async def test_a_get_with_a_body_and_a_page_without_an_admin_port(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        assert (await at.ask("GET", "/", "a=1")).token == "path_not_canonical"
        assert await _admin_of(at) == (None, "The admin port is switched off")


async def _admin_of(at: House) -> tuple[object, str]:
    page: Got = await at.ask("GET", "/", **TYPED)
    words = "".join(Reader(page.body.decode()).text)
    return json.loads((await at.ask("GET", "/")).body)["admin"], words[words.index("The admin port") :][:30]
