"""A process that has no descriptor left: it neither spins nor fills the log, and hears again as soon as it has one."""

import subprocess
import sys
from typing import Final

import pytest

from tests.support.children import bare_environment

PROGRAM: Final = """
import asyncio, contextlib, logging, os, resource, socket, sys, threading, time
from proxy.core.settings import LimitSettings
from proxy.server import GatewayServer, Reply
from tests.server.opening import open_port

class Count(logging.Handler):
    lines = 0
    def emit(self, record):
        Count.lines += 1

def ask(client, said):
    client.sendall(b"GET /a HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    said.append(client.recv(1000))

async def handle(request):
    await request.answer(Reply(200, b"", b"served"))

async def main():
    logging.getLogger("asyncio").addHandler(Count())
    logging.getLogger("asyncio").propagate = False
    server = GatewayServer(handle, LimitSettings())
    port = await open_port(server)
    clients = [socket.socket() for _ in range(8)]
    held = []
    with contextlib.suppress(OSError):
        while True:
            held.append(os.dup(0))
    cpu = time.process_time()
    for client in clients:
        client.connect(("127.0.0.1", port))
    await asyncio.sleep(1.5)
    cpu = time.process_time() - cpu
    for one in held:
        os.close(one)
    late, said = socket.create_connection(("127.0.0.1", port)), []
    thread = threading.Thread(target=ask, args=(late, said))
    thread.start()
    while thread.is_alive():
        await asyncio.sleep(0.05)
    print(Count.lines, cpu, said[0][:12].decode())

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
if sys.argv[1] == "uvloop":
    import uvloop
    uvloop.run(main())
else:
    asyncio.run(main())
"""


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_it_waits_and_then_hears_again(loop: str) -> None:
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, loop],
        env=bare_environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout, done.stderr
    lines, cpu, *status = done.stdout.split()
    assert int(lines) <= 4
    assert float(cpu) < 0.5
    assert status == ["HTTP/1.1", "200"]
