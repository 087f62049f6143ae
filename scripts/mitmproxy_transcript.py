"""Make the transcripts in docs/mitmproxy.md: the sandbox exchange, a real mitmdump, real clients with mistakes.

    python scripts/mitmproxy_transcript.py           writes them into the page
    python scripts/mitmproxy_transcript.py --check   says whether the page is current (exit code 1: it is not)

Everything runs on loopback. What differs from run to run, the times, is replaced by fixed values.
"""

import argparse
import asyncio
import difflib
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from proxy.sandbox import Sandbox, SandboxKey, start  # noqa: E402  # the checkout need not be installed

PAGE = ROOT / "docs" / "mitmproxy.md"
ADDON = "addons/binance_doctor.py"
MITMDUMP = Path(sys.executable).with_name("mitmdump")
SHOWN_MS = 1_795_264_200_000  # stands in the page for the time of the run
KEY, SECRET = "testkey" + "0" * 57, "testsecret" + "0" * 54  # the sandbox's, made up
PATIENCE_SECONDS = 60

PYTHON = """\
import hashlib, hmac, sys, urllib.error, urllib.request
base, key, secret, now, mistake = sys.argv[1:]

def signed(text, secret=secret):
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()

path, query, body = "/api/v3/account", f"timestamp={now}", None
signature = signed(query)
if mistake == "json":       # the JSON body is signed, too
    path, body = "/sapi/v1/c2c/ads/search", '{"asset":"USDT","fiat":"EUR","page":1,"rows":10}'
    signature = signed(query + body)
if mistake == "raw":        # signed before percent-encoding, sent after it
    path, query = "/api/v3/openOrders", f"symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&timestamp={now}"
    signature = signed(f"symbol=\\u5e01\\u5b89\\u4eba\\u751fUSDT&timestamp={now}")
if mistake == "twice":      # the clock is read a second time for the signature
    signature = signed(f"timestamp={int(now) + 4}")
if mistake == "quoted":     # the secret came out of a .env file with its quotes
    signature = signed(query, f'"{secret}"')
headers = {"X-MBX-APIKEY": key, "clientType": "web"} | ({"Content-Type": "application/json"} if body else {})
request = urllib.request.Request(f"{base}{path}?{query}&signature={signature}", body and body.encode(), headers)
try:
    urllib.request.urlopen(request, timeout=30).read()
except urllib.error.HTTPError:
    pass
"""

SHELL = """\
query="timestamp=$4"
signature=$(echo "$query" | openssl dgst -sha256 -hmac "$3" | awk '{print $NF}')   # echo adds a line break
curl -s -o /dev/null --max-time 30 -H "X-MBX-APIKEY: $2" "$1/api/v3/account?$query&signature=$signature"
"""


def client(base: str, mistake: str, now_ms: int) -> list[str]:
    """The command line of a client that makes one mistake, or none (`right`)."""
    if mistake == "newline":
        return ["bash", "-c", SHELL, "client", base, KEY, SECRET, str(now_ms)]
    return [sys.executable, "-c", PYTHON, base, KEY, SECRET, str(now_ms), mistake]


async def transcript(folder: Path, mistakes: tuple[str, ...]) -> str:
    """What mitmdump prints while the clients run through it."""
    exchange = await start(Sandbox(keys=[SandboxKey(KEY, "hmac", SECRET)]))
    stamps = []
    try:
        async with mitmdump(folder, exchange.url) as (base, output):
            for mistake in mistakes:
                stamps.append(time.time_ns() // 1_000_000)
                await finished(*client(base, mistake, stamps[-1]))
    finally:
        await exchange.stop()
    text = b"".join(output).decode()
    for stamp in stamps:
        text = text.replace(str(stamp), str(SHOWN_MS))
    return text


@asynccontextmanager
async def mitmdump(folder: Path, upstream: str) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A running mitmdump: its address, and its output, which is there after the end."""
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        str(MITMDUMP), "--listen-host", "127.0.0.1", "-p", str(port), "--mode", f"reverse:{upstream}", "-s", ADDON,
        "--set", f"confdir={folder}", "--set", f"binance_api_secret_file={secret}", "--set", "termlog_verbosity=warn",
        "--set", "binance_allow_private=true", "--flow-detail", "3",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    output: list[bytes] = []
    reading = asyncio.create_task(read(process, output))
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}", output
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), PATIENCE_SECONDS)
        await reading


async def read(process: asyncio.subprocess.Process, output: list[bytes]) -> None:
    assert process.stdout is not None
    output.extend([line async for line in process.stdout])


async def listening(port: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def finished(*command: str) -> None:
    """Run a client to its end. No proxy of the environment may come between."""
    inherited = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = await asyncio.create_subprocess_exec(*command, env=inherited)
    if await asyncio.wait_for(process.wait(), PATIENCE_SECONDS) != 0:
        sys.exit(f"a client failed: {command[:3]}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def steady(text: str) -> str:
    """The same text with times of day and later timestamps replaced by fixed ones."""
    text = re.sub(r"\[[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}\]", "[12:30:00.000]", text)
    text = re.sub(r"(recvWindow=5000&timestamp)=[0-9]{13}", rf"\1={SHOWN_MS + 200}", text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def view_in(text: str) -> str:
    """The first content view out of a detailed dump: it stands between the request's headers and the answer."""
    body = text.partition("\n\n")[2].partition("\n <<")[0]
    return "\n".join(line.removeprefix("    ") for line in body.splitlines()).rstrip()


def page_with(page: str, blocks: dict[str, str]) -> str:
    """The page with each marked block replaced. The marks are HTML comments around a fenced block."""
    for name, text in blocks.items():
        pattern = re.compile(rf"(<!-- transcript {name} -->\n```text\n).*?(```\n<!-- end -->)", re.DOTALL)
        found = list(pattern.finditer(page))
        if len(found) != 1:
            sys.exit(f"{PAGE}: the block {name} is marked {len(found)} times, not once")
        block = found[0]
        page = f"{page[: block.end(1)]}{text}\n{page[block.start(2) :]}"
    return page


async def blocks() -> dict[str, str]:
    """One run; the log is what mitmdump prints with `--flow-detail 0`, the view what 3 adds for the first mistake."""
    with tempfile.TemporaryDirectory() as folder:
        text = steady(await transcript(Path(folder), ("json", "raw", "twice", "newline", "quoted", "right")))
    return {
        "log": "\n".join(line for line in text.splitlines() if "[binance]" in line),
        "view": view_in(text),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit code 1 if the page is not current"
    )
    options = parser.parse_args()
    old = PAGE.read_text(encoding="utf-8")
    new = page_with(old, asyncio.run(blocks()))
    # Under load a finding may be printed after its flow: in a check, the order of lines does not count.
    if new == old or (options.check and sorted(new.splitlines()) == sorted(old.splitlines())):
        print(f"{PAGE.relative_to(ROOT)} is current")
        return 0
    if options.check:
        names = (str(PAGE.relative_to(ROOT)), "what mitmdump prints now")
        print("\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="", n=1)))
        return 1
    PAGE.write_text(new, encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} was brought up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
