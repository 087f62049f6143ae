"""A Chromium that is told what to do: by its own protocol, in a page of its own developer tools."""

import asyncio
import json
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_CHROMIUM = "no Chromium here: apt-get install chromium, and run again"
_SECONDS = 60.0
_TOOLS = "/devtools/inspector.html"
_MOST_OCTETS = 64 * 1024 * 1024


class Page:
    """One page: `run` gives what an expression, or its promise, comes to. `tools`: where the developer tools are."""

    def __init__(self, socket: ClientWebSocketResponse, tools: str) -> None:
        self.tools = tools
        self._socket = socket
        self._sent = 0

    async def run(self, expression: str) -> Any:
        told = await self._ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def open(self, url: str) -> None:
        """Go there, and wait until all of it is loaded."""
        await self._ask("Page.navigate", url=url)
        async with asyncio.timeout(_SECONDS):
            while await self.run("[location.href, document.readyState].join()") != f"{url},complete":
                await asyncio.sleep(0.02)

    async def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._sent += 1
        await self._socket.send_json({"id": self._sent, "method": method, "params": parameters})
        async with asyncio.timeout(_SECONDS):
            while (told := json.loads(await self._socket.receive_str())).get("id") != self._sent:
                pass
        result: dict[str, Any] = told["result"]
        return result


@asynccontextmanager
async def chromium() -> AsyncIterator[Page]:
    """With one page. In that of its developer tools their modules can be imported."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"), home)
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, f"--user-data-dir={home}/profile", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--proxy-server=direct://", "--remote-debugging-port=0", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
            env=os.environ | places,
        )  # fmt: skip
        try:
            base = f"http://127.0.0.1:{await _port(Path(home, 'profile', 'DevToolsActivePort'))}"
            async with ClientSession() as session:
                async with session.put(f"{base}/json/new?{base}{_TOOLS}") as answer:
                    target = (await answer.json())["webSocketDebuggerUrl"]
                async with session.ws_connect(target, max_msg_size=_MOST_OCTETS) as socket:
                    yield Page(socket, f"{base}{_TOOLS}")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _port(file: Path) -> str:
    """Chromium writes it once it listens."""
    async with asyncio.timeout(_SECONDS):
        while not (lines := _lines(file)):
            await asyncio.sleep(0.02)
    return lines[0]


def _lines(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []
