"""What the process does on a signal."""

import asyncio
import os
import signal
from typing import Final

import structlog

from proxy.gateway.kill_switch import KillSwitch
from proxy.gateway.reload import Reload, Reloaded

_LOG: Final = structlog.get_logger("gateway")

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)
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

        loop.add_signal_handler(signal.SIGHUP, read_again)
    loop.add_signal_handler(signal.SIGUSR1, kill_switch.turn, True, "SIGUSR1")
    loop.add_signal_handler(signal.SIGUSR2, kill_switch.turn, False, "SIGUSR2")


class Stop:
    """Waits for SIGTERM, SIGINT, or the SIGHUP of a terminal that went away.

    They are caught from the moment this is made: one that comes during the start ends the gateway when it is up, so
    that what the start made is taken away again.
    """

    def __init__(self) -> None:
        """Call in the running loop."""
        loop = asyncio.get_running_loop()
        self._came: asyncio.Future[signal.Signals] = loop.create_future()
        for number in _ENDING:
            loop.add_signal_handler(number, self._resolve, number)
        self._shown = [descriptor for descriptor in _STANDARD if os.isatty(descriptor)]
        self.hangs_on_a_terminal = _hangs_on_a_terminal()
        loop.add_signal_handler(signal.SIGHUP, self._hang_up if self.hangs_on_a_terminal else _ignore)

    async def wait(self) -> signal.Signals:
        """The signal. A second SIGTERM or SIGINT ends the process at once; SIGHUP, which shell and kernel both send,
        has nothing more to say."""
        loop = asyncio.get_running_loop()
        try:
            return await self._came
        finally:
            for number in _ENDING:
                loop.remove_signal_handler(number)

    def end(self) -> None:
        """What SIGTERM would do, asked for by the process itself."""
        self._resolve(signal.SIGTERM)

    def _hang_up(self) -> None:
        """What was said on the terminal is said to nobody from now on: words that cannot be written would be tried
        once more at the exit of the interpreter, and make it fail."""
        for descriptor in self._shown:
            if not os.isatty(descriptor):  # it is none any longer
                nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
        self._resolve(signal.SIGHUP)

    def _resolve(self, number: signal.Signals) -> None:
        if not self._came.done():
            self._came.set_result(number)


async def until_stopped() -> signal.Signals:
    """Wait for one of them from now on."""
    return await Stop().wait()


def _hangs_on_a_terminal() -> bool:
    """Whether SIGHUP means that our terminal went away: there is one, and nobody said `nohup`."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return False
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _ignore() -> None:
    _LOG.warning(
        "signal_ignored",
        signal="SIGHUP",
        note="there is no terminal that could have gone, and nothing to read again yet: the gateway is starting",
    )
