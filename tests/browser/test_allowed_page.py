"""A page whose origin is allowed, in a real Chromium: it may call and read, with a key of its own; others may not."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.browser.devtools import CHROMIUM
from tests.browser.pages import PageHandler, serving
from tests.browser.test_web_pages import PATIENCE_SECONDS, chromium
from tests.hostile.house import house

TOKEN = "test-token-of-nobody"
PAGE = """<!doctype html><script>
const base = BASE, token = {'X-Gateway-Token': 'TOKEN'}, json = {'Content-Type': 'application/json'};
async function call(name, path, options) {
  try {
    const answer = await fetch(base + path, options);
    return [name, answer.status, answer.headers.get('X-Gateway-Request-Id') !== null, await answer.text()];
  } catch (error) { return [name, 0, false, String(error)]; }
}
(async () => {
  const told = [
    await call('public', '/api/v3/time', {}),
    await call('signed', '/api/v3/account', {headers: token}),
    await call('order', '/api/v3/order', {method: 'POST', headers: {...token, ...json}, body: '{"symbol":"BTCUSDT"}'}),
    await call('cancel', '/api/v3/order?symbol=BTCUSDT', {method: 'DELETE', headers: token}),
    await call('none', '/api/v3/account', {}),
    await call('cookies', '/api/v3/time', {headers: token, credentials: 'include'}),
  ];
  await fetch('/report', {method: 'POST', body: JSON.stringify(told)});
})();
</script>"""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium, and run again"),
    pytest.mark.timeout(180),
]


@dataclass
class Site:
    """Serves the page at evil.test and at localhost, and takes its reports: name, status, head and body were read."""

    port: int = 0
    base: str = ""
    reports: list[list[tuple[str, int, bool, str]]] = field(default_factory=list)

    def told(self, name: str) -> dict[str, tuple[int, bool, str]]:
        with chromium(f"http://{name}:{self.port}/"):
            deadline, before = time.monotonic() + PATIENCE_SECONDS, len(self.reports)
            while len(self.reports) == before and time.monotonic() < deadline:
                time.sleep(0.02)
        return {name: (status, head, body) for name, status, head, body in self.reports[-1]}


@contextmanager
def site() -> Iterator[Site]:
    made = Site()

    class Handler(PageHandler):
        def do_GET(self) -> None:
            page = PAGE.replace("BASE", json.dumps(made.base)).replace("TOKEN", TOKEN).encode()
            self.send_page(page if self.path == "/" else b"")

        def do_POST(self) -> None:
            made.reports.append(json.loads(self.take_report()))

    with serving(Handler) as made.port:
        yield made


def test_an_allowed_page_calls_and_reads_and_another_does_neither(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    with site() as pages:
        allowed = [f"http://evil.test:{pages.port}"]
        with house(tmp_path, allow_origins=allowed, token_file=str(file)) as running:
            pages.base = f"http://127.0.0.1:{running.port}"
            told = pages.told("evil.test")
            assert {name: told[name][:2] for name in ("signed", "order", "cancel")} == {
                "signed": (200, True),
                "order": (200, True),
                "cancel": (200, True),
            }
            for name in ("public", "none"):  # the refusal can be read, and says what is missing
                assert told[name][:2] == (401, True)
                assert json.loads(told[name][2])["error"] == "token_required"
            assert (
                told["cookies"][0] == 0
            )  # no answer is for a page that wants a browser's credentials with it
            sent = [(one.method, one.target.partition(b"?")[0], one.body) for one in running.upstream.take()]
            ours = [one for one in sent if one[1] != b"/api/v3/time"]
            assert ours == [
                (b"GET", b"/api/v3/account", b""),
                (b"POST", b"/api/v3/order", b"symbol=BTCUSDT"),
                (b"DELETE", b"/api/v3/order", b""),
            ]
            other = pages.told("localhost")
            assert {status for status, _, _ in other.values()} == {0}
            assert [one for one in running.upstream.take() if one.target != b"/api/v3/time"] == []


def test_an_allowed_page_without_a_key_of_its_own_reads_what_is_public_alone(tmp_path: Path) -> None:
    with site() as pages:
        with house(tmp_path, allow_origins=[f"http://evil.test:{pages.port}"]) as running:
            pages.base = f"http://127.0.0.1:{running.port}"
            told = pages.told("evil.test")
            assert told["public"][:2] == (200, True)
            for name in ("signed", "order", "cancel", "none"):
                assert told[name][:2] == (401, True)
                assert json.loads(told[name][2])["error"] == "origin_needs_key"
            assert [one for one in running.upstream.take() if one.target != b"/api/v3/time"] == []
