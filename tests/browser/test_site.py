"""The documentation as a site, in a browser: its search finds, and nothing is asked of another host."""

import asyncio
import functools
import http.server
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from scripts.bootstrap import ROOT
from scripts.build_site import HOME, PINNED
from tests.browser.devtools import CHROMIUM, NO_CHROMIUM, chromium

_MADE = HOME / "made-from.txt"
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM),
    pytest.mark.skipif(
        not _MADE.exists() or _MADE.read_bytes() != PINNED.read_bytes(),
        reason="the site's environment is not there: make docs makes it",
    ),
]
SEARCH = """(async () => {
    const field = document.querySelector('.md-search__input')
    field.focus()
    field.value = 'releaseCoin'
    field.dispatchEvent(new Event('keyup', { bubbles: true }))
    field.dispatchEvent(new Event('input', { bubbles: true }))
    for (let i = 0; i < 300; i++) {
        const found = [...document.querySelectorAll('.md-search-result__link')].map((one) => one.getAttribute('href'))
        if (found.length) return found
        await new Promise((go) => setTimeout(go, 100))
    }
    return []
})()"""
ASKED = "performance.getEntriesByType('resource').map((one) => new URL(one.name).host)"


async def test_search_finds_and_no_other_host_is_asked(tmp_path: Path) -> None:
    built = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "scripts.build_site", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path)
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            base = f"http://127.0.0.1:{server.server_port}"
            async with chromium() as page:
                await page.open(f"{base}/index.html")
                found = await page.run(SEARCH)
                asked = await page.run(ASKED)
        finally:
            server.shutdown()
            thread.join()
    assert any("policy.html" in one for one in found), found
    assert set(asked) == {base.removeprefix("http://")}
