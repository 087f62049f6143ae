"""Runs in a process of its own: `python -m tests.leaks.children WHAT`, values as a JSON list on stdin."""

import asyncio
import json
import logging
import os
import sys
import warnings

import structlog

import proxy.__main__ as border
from proxy.core.settings import LogSettings
from proxy.telemetry.logs import set_up_logs


def exceptions(values: list[str]) -> None:
    """Errors with a value in their text and in local variables, on every way an error can take to the log."""
    set_up_logs(LogSettings(format="json", level="debug"))
    for value in values:
        try:
            _fail(value)
        except ValueError as error:
            structlog.get_logger("gateway").exception("failed")
            structlog.get_logger("gateway").error("failed", exc_info=error)
            logging.getLogger("aiohttp.server").exception("Error handling request from %s", value)
            logging.getLogger("somebody").error(f"request of {value!r} failed", exc_info=True)
            border._explain(error)
        warnings.warn(value, stacklevel=1)
    asyncio.run(_forgotten(values))


def _fail(value: str) -> None:
    local = {"url": f"https://api.binance.com/api/v3/account?note={value}"}
    raise ValueError(f"{local} cannot be sent")


async def _forgotten(values: list[str]) -> None:
    """Tasks whose error nobody asks for."""
    for value in values:
        asyncio.get_running_loop().call_exception_handler(
            {"message": "Unhandled exception in event loop", "exception": ValueError(value), "value": value}
        )


def environment(values: list[str]) -> None:
    """Each value in the variables that hold keys and secrets."""
    for value in values:
        for name in ("BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_API_KEY"):
            os.environ["BINANCE_API_KEY"] = "testkey" + "0" * 57
            os.environ[name] = value
            border.main(["config", "check"])
            border.main(["config", "show"])
            del os.environ[name]


def command_line(values: list[str]) -> None:
    """Each value where somebody may write a secret."""
    for value in values:
        border.main(["run", "--api-secret", value])
        border.main(["run", f"--private-key={value}"])
        border.main([f"--token={value}", "run"])


if __name__ == "__main__":
    {"exceptions": exceptions, "environment": environment, "command_line": command_line}[sys.argv[1]](
        json.load(sys.stdin)
    )
