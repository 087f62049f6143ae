"""`signing-proxy sandbox`: the strict exchange alone."""

import asyncio
import sys
from pathlib import Path

import click

from proxy.app.signals import until_stopped
from proxy.cli import terminal
from proxy.config.addresses import parse_address
from proxy.core.errors import UsageError
from proxy.sandbox import (
    PERSONALITIES,
    Fault,
    PersonalityError,
    Sandbox,
    SandboxKey,
    demo_keys,
    put_on,
    start,
)
from proxy.sandbox.recorded.har import UnreadableRecordingError, read_recording
from proxy.sandbox.recorded.playback import Playback


class _SandboxCommand(click.Command):
    """Its help ends with what `--as` takes."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section("Personalities for --as, their options with defaults"):
            formatter.write_dl([(one.usage, one.says) for one in PERSONALITIES.values()], col_max=20)


@click.command("sandbox", cls=_SandboxCommand)
@click.option(
    "--listen",
    default="127.0.0.1:8190",
    show_default=True,
    metavar="HOST:PORT",
    help="Port 0 takes a free one.",
)
@click.option(
    "--late",
    type=click.FloatRange(0, 600),
    default=0.0,
    metavar="SECONDS",
    help="Answer each POST so much later than it is carried out.",
)
@click.option(
    "--as",
    "personalities",
    multiple=True,
    metavar="PERSONALITY",
    help="What the exchange is like: `flapping-2008:seed=7`; may be repeated. The list is below.",
)
@click.option(
    "--from",
    "recording",
    metavar="BUNDLE",
    type=click.Path(),
    help="Answer what this bundle (or HAR) recorded, whatever the key, the time and the signature.",
)
def command(listen: str, late: float, personalities: tuple[str, ...], recording: str | None) -> None:
    """A fake exchange that refuses what Binance refuses. No account, no money.

    It prints its address and two made-up keys as one JSON line, then serves. Point the gateway at it with
    `signing-proxy run --environment sandbox --unsafe-upstream URL`.

    With --late longer than your client's time-out you see what it does when an order's answer is lost.
    With --from a bot of somebody who sent you a bundle meets the same answers on your machine.
    """
    try:
        where = parse_address(listen)
    except ValueError as error:
        raise UsageError(f"--listen {error}") from None
    if not where.loopback:
        raise UsageError("--listen: the sandbox serves this machine only", "use 127.0.0.1")
    if personalities and recording:
        raise UsageError(
            "a recording answers by itself, whatever the personality", "leave out --as or --from"
        )
    keys = demo_keys()
    sandbox = Sandbox(keys=keys)
    try:
        for one in personalities:
            put_on(sandbox, one)
    except PersonalityError as error:
        raise UsageError(f"--as {error}", "the list with all options: signing-proxy sandbox --help") from None
    playback = _playback(recording) if recording else None
    asyncio.run(_serve(sandbox, keys, where.host, where.port, late, playback))


def _playback(file: str) -> Playback:
    """Raises UsageError."""
    hint = "give the zip of `export bundle`, or a HAR"
    try:
        return Playback(read_recording(Path(file)))
    except UnreadableRecordingError as error:
        raise UsageError(f"the file of --from cannot be played: {error}", hint) from None
    except OSError as error:
        raise UsageError(f"the file of --from cannot be read: {error.strerror}", hint) from None


async def _serve(
    sandbox: Sandbox,
    keys: tuple[SandboxKey, ...],
    host: str,
    port: int,
    late_s: float,
    playback: Playback | None,
) -> None:
    if late_s:
        sandbox.faults.add(Fault("/", "POST", times=sys.maxsize, late_s=late_s))
    try:
        running = await start(sandbox, host, port, playback=playback)
    except OSError as error:
        raise UsageError(
            f"cannot listen there: {error.strerror}", "choose another port with --listen"
        ) from None
    shown = [{"api_key": key.api_key, "kind": key.kind, "secret": key.secret} for key in keys]
    played = {"recorded": playback.requests} if playback else {}
    terminal.out_json({"event": "listening", "sandbox": running.url, "keys": shown, **played})
    await until_stopped()
    await running.stop()
