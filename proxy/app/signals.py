"""What the process does on a signal."""

import asyncio
import signal

from proxy.gateway.kill_switch import KillSwitch


def obey_signals(kill_switch: KillSwitch) -> None:
    """From now on SIGUSR1 turns everything read-only, and SIGUSR2 back to the configured policies."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, kill_switch.turn, True, "SIGUSR1")
    loop.add_signal_handler(signal.SIGUSR2, kill_switch.turn, False, "SIGUSR2")


async def until_stopped() -> signal.Signals:
    """Wait for SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[signal.Signals] = loop.create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _resolve, stopped, number)
    try:
        return await stopped
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _resolve(stopped: "asyncio.Future[signal.Signals]", number: signal.Signals) -> None:
    if not stopped.done():
        stopped.set_result(number)
