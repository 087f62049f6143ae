"""`signing-proxy sandbox`: the strict exchange alone."""

import asyncio

import click

from proxy.app.signals import until_stopped
from proxy.cli import terminal
from proxy.config.addresses import parse_address
from proxy.core.errors import UsageError
from proxy.sandbox import Sandbox, demo_keys, start


@click.command("sandbox")
@click.option(
    "--listen",
    default="127.0.0.1:8190",
    show_default=True,
    metavar="HOST:PORT",
    help="Port 0 takes a free one.",
)
def command(listen: str) -> None:
    """A fake exchange that refuses what Binance refuses. No account, no money.

    It prints its address and two made-up keys as one JSON line, then serves. Point the gateway at it with
    `signing-proxy run --environment sandbox --unsafe-upstream URL`.
    """
    try:
        where = parse_address(listen)
    except ValueError as error:
        raise UsageError(f"--listen {error}") from None
    if not where.loopback:
        raise UsageError("--listen: the sandbox serves this machine only", "use 127.0.0.1")
    asyncio.run(_serve(where.host, where.port))


async def _serve(host: str, port: int) -> None:
    keys = demo_keys()
    try:
        running = await start(Sandbox(keys=keys), host, port)
    except OSError as error:
        raise UsageError(
            f"cannot listen there: {error.strerror}", "choose another port with --listen"
        ) from None
    shown = [{"api_key": key.api_key, "kind": key.kind, "secret": key.secret} for key in keys]
    terminal.out_json({"event": "listening", "sandbox": running.url, "keys": shown})
    await until_stopped()
    await running.stop()
