"""A gateway in a process of its own, as a user starts it: the one way for tests, faults and measurements."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).resolve().parents[1]
API_KEY: Final = "testkey" + "0" * 57
API_SECRET: Final = "testsecret" + "0" * 54
"""Made up and of the right form, the first of the sandbox's demo keys."""

_INHERITED: Final = ("PATH", "PYTHONDONTWRITEBYTECODE")
_STOP_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.002


def arguments(upstream: str, journal: Path) -> list[str]:
    """What is said to the program: all traffic goes to `upstream`, the ports are free ones of loopback."""
    return [
        *("run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"),
        *("--unsafe-upstream", upstream, "--journal", str(journal)),
    ]


def variables(home: Path) -> dict[str, str]:
    """Its environment: the made-up key, and nothing of the caller's own keys, proxies and settings."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    keys = {"BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET": API_SECRET}
    return {**inherited, "HOME": str(home), **keys}


class GatewayProcess:
    """`python -m proxy run` with the made-up HMAC key, for the length of a block.

        with GatewayProcess(upstream, folder) as running: ...
        async with GatewayProcess(upstream, folder) as running: ...

    In the block it listens and its addresses are known. At the end it is stopped; if the block failed, killed.
    """

    url: str
    """Without a slash at the end, as `admin_url`."""
    admin_url: str

    def __init__(
        self,
        upstream: str,
        folder: Path,
        *,
        journal: Path | None = None,
        ca: Path | None = None,
        config: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        prefix: tuple[str, ...] = (),
        program: tuple[str, ...] = ("-m", "proxy"),
        checkout: Path = ROOT,
        timeout: float = 30.0,
    ) -> None:
        """Start it. `folder` holds what it writes: output, log, and the journal if that has no other place.

        `ca` is trusted instead of the system's authorities; `config` is the content of its configuration file;
        `environment` is added to its own; `prefix` stands before the command (valgrind, setpriv); `program` is what
        Python runs, in `checkout`; `timeout` are the seconds until it must listen.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.journal = journal or folder / "journal"
        self.output, self.log = folder / "gateway.out", folder / "gateway.log"
        command = [*prefix, sys.executable, *program, *arguments(upstream, self.journal)]
        if config is not None:
            file = folder / "config.yaml"
            file.write_text(json.dumps(config))  # JSON is YAML
            command += ["--config", str(file)]
        trust = {"SSL_CERT_FILE": str(ca)} if ca is not None else {}
        settings = variables(folder) | trust | dict(environment or {})
        with self.output.open("wb") as stdout, self.log.open("ab") as stderr:
            self.process = subprocess.Popen(
                command, cwd=checkout, env=settings, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
            )
        self._until = time.monotonic() + timeout

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def printed(self) -> bytes:
        """All that it said, on both outputs."""
        return self.output.read_bytes() + self.log.read_bytes()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """End it and wait; the seconds that took. One that does not end is killed."""
        began = time.monotonic()
        self.process.send_signal(number)
        with contextlib.suppress(TimeoutError):
            await self.ended(_STOP_SECONDS)
        self._kill()
        return time.monotonic() - began

    async def ended(self, seconds: float) -> int:
        """Wait for its end; the exit code. Raises TimeoutError if it has not ended by then."""
        async with asyncio.timeout(seconds):
            while (code := self.process.poll()) is None:
                await asyncio.sleep(_POLL_SECONDS)
        return code

    def __enter__(self) -> Self:
        try:
            while not self._listens():
                time.sleep(_POLL_SECONDS)
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        try:
            if failure is None:
                self.process.terminate()
                self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill()

    async def __aenter__(self) -> Self:
        try:
            while not self._listens():
                await asyncio.sleep(_POLL_SECONDS)
        except BaseException:
            self._kill()
            raise
        return self

    async def __aexit__(self, failure: type[BaseException] | None, *_: object) -> None:
        try:
            if failure is None:
                await self.stop()
        finally:
            self._kill()

    def _listens(self) -> bool:
        """Whether it has said its first line, which has the addresses. Raises RuntimeError if it will not."""
        line, newline, _ = self.output.read_bytes().partition(b"\n")
        if newline:
            said = json.loads(line)
            self.url, self.admin_url = said["gateway"], said["admin"]
            return True
        if self.process.poll() is not None or time.monotonic() > self._until:
            raise RuntimeError(f"the gateway did not start: {self.log.read_text()[-2000:]}")
        return False

    def _kill(self) -> None:
        """At once, if it still lives."""
        self.process.kill()
        self.process.wait()
