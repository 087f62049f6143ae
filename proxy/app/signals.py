"""What the process does on a signal."""

import asyncio
import os
import signal
from typing import Final

import structlog

from proxy.gateway.kill_switch import KillSwitch
from proxy.gateway.reload import Reload, Reloaded
from proxy.platform import signals

_LOG: Final = structlog.get_logger("gateway")

_STANDARD: Final = (0, 1, 2)
"""Descriptors of standard input, output and error."""


def obey_signals(kill_switch: KillSwitch, reload: Reload, *, hangs_on_a_terminal: bool) -> None:
    """From now on SIGUSR1 turns everything read-only, and SIGUSR2 back to the configured policies; SIGHUP reads the
    configuration again where it cannot mean that a terminal went away."""
    loop = asyncio.get_running_loop()
    if not hangs_on_a_terminal:
        running: set[asyncio.Task[Reloaded]] = set()

        def read_again() -> None:
            task = loop.create_task(reload.run("SIGHUP"))
            running.add(task)  # the loop itself holds tasks weakly
            task.add_done_callback(running.discard)

        signals.catch(loop, "SIGHUP", read_again)
    signals.catch(loop, "SIGUSR1", kill_switch.turn, True, "SIGUSR1")
    signals.catch(loop, "SIGUSR2", kill_switch.turn, False, "SIGUSR2")


class Stop:
    """Waits for SIGTERM, SIGINT, or the SIGHUP of a terminal that went away.

    They are caught from the moment this is made: one that comes during the start ends the gateway when it is up, so
    that what the start made is taken away again.
    """

    def __init__(self) -> None:
        """Call in the running loop."""
        loop = asyncio.get_running_loop()
        self._came: asyncio.Future[signal.Signals] = loop.create_future()
        for name in signals.ENDING:
            signals.catch(loop, name, self._resolve, name)
        self._shown = [descriptor for descriptor in _STANDARD if os.isatty(descriptor)]
        self.hangs_on_a_terminal = signals.hangs_on_a_terminal()
        signals.catch(loop, "SIGHUP", self._hang_up if self.hangs_on_a_terminal else _ignore)

    async def wait(self) -> signal.Signals:
        """The signal. A second SIGTERM or SIGINT ends the process at once; SIGHUP, which shell and kernel both send,
        has nothing more to say."""
        loop = asyncio.get_running_loop()
        try:
            return await self._came
        finally:
            for name in signals.ENDING:
                signals.release(loop, name)

    def end(self) -> None:
        """What SIGTERM would do, asked for by the process itself."""
        self._resolve("SIGTERM")

    def _hang_up(self) -> None:
        """What was said on the terminal is said to nobody from now on: words that cannot be written would be tried
        once more at the exit of the interpreter, and make it fail."""
        for descriptor in self._shown:
            if not os.isatty(descriptor):  # it is none any longer
                nowhere = os.open(os.devnull, os.O_RDWR)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
        self._resolve("SIGHUP")

    def _resolve(self, name: str) -> None:
        if not self._came.done():
            self._came.set_result(signal.Signals[name])


async def until_stopped() -> signal.Signals:
    """Wait for one of them from now on."""
    return await Stop().wait()


def _ignore() -> None:
    _LOG.warning(
        "signal_ignored",
        signal="SIGHUP",
        note="there is no terminal that could have gone, and nothing to read again yet: the gateway is starting",
    )
