"""Where the commands of one page are run: a home of its own, an exchange, a gateway in front of it, and some traffic."""

import contextlib
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from harness.gateway import API_KEY, API_SECRET
from proxy.sandbox import Fault, Sandbox, SandboxKey, put_on
from proxy.sandbox.threaded import ThreadedSandbox
from tests.docs.shell.blocks import ROOT, Command
from tests.docs.shell.table import Expected, Setting
from tests.support.children import bare_environment

_SECONDS: Final = 60.0
_POLL_S: Final = 0.02
_SECOND: Final = SandboxKey("second" + "0" * 58, "hmac", "secondsecret" + "0" * 52)
OFFLINE: Final = ("unshare", "--user", "--map-root-user", "--net")
_STATUS: Final = re.compile(r"^http (\d+)$", re.MULTILINE)
_CURLRC: Final = 'silent\nmax-time = 30\nwrite-out = "%{stderr}http %{http_code}\\n"\n'
_ASSIGNMENT: Final = re.compile(r"(?:export )?[A-Z_]+=\S")
_PROGRAM: Final = """#!/bin/sh
case "$*" in
sandbox|sandbox\\ *) case "$*" in *--listen*) ;; *) set -- "$@" --listen 127.0.0.1:0 ;; esac ;;
esac
exec "PYTHON" -m proxy "$@"
"""
"""The program under its name. No flag and no variable of a page says where `sandbox` listens: not where another one may."""
_EXAMPLES_TAG: Final = "<order:1a2b3c4d5e:19>"
_TICKET: Final = "K7M2QX4D"
_C2C: Final = {
    "AD_NUMBER": "11769999000000000001",
    "ORDER_NUMBER": "22760000000000000001",
    "PAY_ID": "900001",
}
"""An ad, an order that is not paid and a payment method of the exchange's first account."""
_TALKS: Final = re.compile(
    r"127\.0\.0\.1:818[01]|kill -|signing-proxy (?:reload|healthcheck|approve|replay|logs|export|whois|explain journal|policy (?:usage|learn)"
    r"|catalogue --con)"
)
"""Commands that want a gateway, or what it has written."""


class Done(NamedTuple):
    code: int
    printed: str
    """Both outputs."""

    @property
    def http(self) -> int | None:
        found = _STATUS.findall(self.printed)
        return int(found[-1]) if found else None


class World:
    """For the length of a block; `run` runs one command of the page behind the other."""

    def __init__(
        self, folder: Path, setting: Setting, commands: list[Command], files: Mapping[str, str]
    ) -> None:
        """`files` are those that the page shows: they lie where its commands are run."""
        self._home = folder
        self._here = folder / "signer"
        self._setting = setting
        self._wanted = any(_TALKS.search(one.text) for one in commands)
        self._said: list[str] = []
        self._put: dict[str, str] = {}
        self._fresh = 0
        self._amount = 20
        self._files = files

    def __enter__(self) -> Self:
        self._opened = contextlib.ExitStack()
        sandbox = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET), _SECOND])
        if self._setting.personality:
            put_on(sandbox, self._setting.personality)
        exchange = self._opened.enter_context(ThreadedSandbox(sandbox))
        self._lay_out(exchange.url)
        self._put = {
            "https://api.binance.com": exchange.url,
            "http://127.0.0.1:8190": exchange.url,
            "-p 8090": "-p 0",
        }
        if self._wanted:
            self._put |= self._opened.enter_context(self._gateway())
        if self._setting.late_s:
            sandbox.faults.add(Fault("/", "POST", times=sys.maxsize, late_s=self._setting.late_s))
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def run(self, command: Command, expected: Expected) -> Done:
        """A variable that it sets stays set for the rest of the page."""
        text = self._as_here(command.text)
        if (
            _ASSIGNMENT.match(text)
            and "\n" not in text
            and " " not in re.sub(r'".*"|#.*', "", text).strip().removeprefix("export ")
        ):
            self._said.append(text)
        before = self._as_here(expected.before)
        script = "\n".join([*self._said, *([before] if before else []), text])
        where = self._folder() if expected.fresh else self._here
        return self._done(script, where, expected)

    def _as_here(self, text: str) -> str:
        for written, meant in self._put.items():
            text = text.replace(written, meant)
        return text.replace(_TICKET, self._waiting()) if _TICKET in text else text

    def _folder(self) -> Path:
        self._fresh += 1
        folder = self._home / f"fresh-{self._fresh}"
        folder.mkdir()
        return folder

    def _done(self, script: str, where: Path, expected: Expected) -> Done:
        """In a session of its own, as behind a shell without a terminal. Whatever is left of it at the end is ended."""
        output = self._home / "printed"
        typed = self._home / "typed"
        typed.write_text(expected.typed)
        words = [
            *(OFFLINE if expected.offline else ()),
            "bash",
            "-c",
            f"{script}\nwait" if expected.until else script,
        ]
        with output.open("wb") as file, typed.open("rb") as stdin:
            process = subprocess.Popen(
                words,
                cwd=where,
                env=self._environment(),
                stdin=stdin,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        written = [output, *(where / name for name in re.findall(r"> (\S+)", script) if expected.until)]

        def printed() -> str:
            return "".join(one.read_text("utf-8", "replace") for one in written if one.exists())

        end = time.monotonic() + _SECONDS
        while process.poll() is None and time.monotonic() < end:
            if expected.until and re.search(expected.until, printed()):
                break
            time.sleep(_POLL_S)
        code = process.poll()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(_SECONDS)
        if not expected.until:
            return Done(-1 if code is None else code, printed())
        if code is None and re.search(expected.until, printed()):
            return Done(0, printed())
        return Done(-1 if code is None else code, f"{printed()}\nnever said: {expected.until}")

    def _environment(self) -> dict[str, str]:
        path = f"{self._home / 'bin'}:{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        return {
            **bare_environment(HOME=str(self._home), TERM="dumb"),
            "PATH": path,
            "PYTHONUNBUFFERED": "1",
            "SIGNING_PROXY_LISTEN": "127.0.0.1:0",
            "SIGNING_PROXY_ADMIN": "127.0.0.1:0",
        }

    def _lay_out(self, exchange: str) -> None:
        """The program, curl's habits, two accounts and the configuration, as a reader has them by then."""
        program = self._home / "bin" / "signing-proxy"
        program.parent.mkdir(parents=True)
        program.write_text(_PROGRAM.replace("PYTHON", sys.executable))
        program.chmod(0o755)
        (self._home / ".curlrc").write_text(_CURLRC)
        self._here.mkdir()
        for folder in (self._here / "secrets", self._home / ".binance"):
            folder.mkdir(mode=0o700)
        for name, text in {
            "signer/secrets/main.key": API_KEY,
            "signer/secrets/main.secret": API_SECRET,
            "signer/secrets/second.key": _SECOND.api_key,
            "signer/secrets/second.secret": _SECOND.secret,
            ".binance/secret": API_SECRET,
        }.items():
            file = self._home / name
            file.write_text(text)
            file.chmod(0o600)
        accounts = {
            name: {"api_key_file": f"secrets/{name}.key", "api_secret_file": f"secrets/{name}.secret"}
            for name in ("main", "second")
        }
        settings = {
            "environment": "sandbox",
            "upstream": {"unsafe_url": exchange},
            "default_account": "main",
            "accounts": accounts,
            **json.loads(f"{{{self._setting.policy}}}"),
        }
        (self._here / "config.yaml").write_text(json.dumps(settings))  # JSON is YAML
        for name in ("addons", "scripts"):
            (self._here / name).symlink_to(ROOT / name)
        for name, text in self._files.items():
            (self._here / name).write_text(text)
        (self._here / ".venv").symlink_to(sys.prefix)

    @contextlib.contextmanager
    def _gateway(self) -> Iterator[Mapping[str, str]]:
        """Running, with some traffic behind it. What a page calls by an example's name is named as it is here."""
        first = self._home / "gateway.out"
        with first.open("wb") as out, (self._home / "gateway.log").open("wb") as log:
            process = subprocess.Popen(
                [self._home / "bin" / "signing-proxy", "run"], cwd=self._here, env=self._environment(),
                stdin=subprocess.DEVNULL, stdout=out, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            end = time.monotonic() + _SECONDS
            while not first.read_bytes().endswith(b"\n"):
                assert process.poll() is None, (self._home / "gateway.log").read_text()
                assert time.monotonic() < end
                time.sleep(_POLL_S)
            told = json.loads(first.read_text().splitlines()[0])
            self._gateway_url, self._admin_url = told["gateway"], told["admin"]
            failed = self._traffic(told["gateway"])
            yield {
                "http://127.0.0.1:8180": told["gateway"],
                "http://127.0.0.1:8181": told["admin"],
                "HOST:ADMIN": told["admin"].removeprefix("http://"),
                "HOST:PORT": told["gateway"].removeprefix("http://"),
                " PID": f" {process.pid}",
                "--key KEY": f"--key {self._journal_key()}",
                "binance-evidence-2026-11-29T12-00-00Z": '"$(basename "$(ls -t binance-evidence-*.zip | tail -1)" .zip)"',
                "5bd77a8da5-00000006": failed,
                _EXAMPLES_TAG: self._tag(),
                **_C2C,
            }
        finally:
            process.terminate()
            process.wait(_SECONDS)

    def _traffic(self, url: str) -> str:
        """A good read, a wrong order, two P2P reads; the id of a read that was refused, or of the last one."""
        asked(f"{url}/api/v3/account")
        asked(
            f"{url}/api/v3/order",
            b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=50000&newClientOrderId=my-first-order-0001",
        )
        asked(f"{url}/sapi/v1/c2c/ads/getAds?page=1&rows=1")
        return asked(f"{url}/sapi/v1/c2c/ads/getAvailableAdsCategory")["X-Gateway-Request-Id"]

    def _journal_key(self) -> str:
        with urllib.request.urlopen(f"{self._admin_url}/version", timeout=_SECONDS) as answer:
            told: dict[str, Any] = json.load(answer)
        return str(told["journal"]["key"])

    def _tag(self) -> str:
        """What the journal calls the order's own id."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            lines = "".join(one.read_text() for one in (self._here / "journal").glob("flows-*.jsonl"))
            if found := re.search(r"newClientOrderId=(<order:[^>]+>)", lines):
                return found[1]
            time.sleep(_POLL_S)
        raise AssertionError("the order never stood in the journal")

    def _waiting(self) -> str:
        """A withdrawal that waits for a person: its id."""
        self._amount += 1
        order = f"coin=USDT&network=TRX&address=TXmyOwnAddress&amount={self._amount}"
        asked(f"{self._gateway_url}/sapi/v1/capital/withdraw/apply", order.encode())
        token = (self._here / "journal" / "admin-token").read_text().strip()
        with urllib.request.urlopen(
            urllib.request.Request(
                f"{self._admin_url}/confirmations", headers={"Authorization": f"Bearer {token}"}
            ),
            timeout=_SECONDS,
        ) as answer:
            waiting = json.load(answer)["confirmations"]
        return str(waiting[-1]["id"])


def asked(url: str, body: bytes | None = None) -> Mapping[str, str]:
    """The headers of the answer, whatever its status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=_SECONDS) as answer:
            return dict(answer.headers)
    except urllib.error.HTTPError as refused:
        return dict(refused.headers)


@functools.cache
def _offline_is_possible() -> bool:
    """Whether a process of this user may be given a network of its own, which is none."""
    if shutil.which(OFFLINE[0]) is None:
        return False
    return subprocess.run([*OFFLINE, "true"], capture_output=True, check=False).returncode == 0


def cannot_here(command: Command, expected: Expected) -> str | None:
    """What this machine has not and the command cannot do without."""
    if expected.offline and not _offline_is_possible():
        return "no network to be taken away"
    for tool in ("curl", "jq", "unzip", "sha256sum", "mitmdump", "git"):
        if re.search(rf"(?<![\w/-]){tool}\b", command.text) and not (
            shutil.which(tool) or (Path(sys.executable).parent / tool).exists()
        ):
            return tool
    return None
