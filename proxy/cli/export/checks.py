"""The quick checks of the doctor for a bundle: bounded in time, and without a word too much for a public place."""

import asyncio
from collections.abc import Sequence
from typing import Final

from proxy.cli import terminal
from proxy.cli.doctor import examined
from proxy.cli.selection import journal_of
from proxy.config.load import Loaded
from proxy.core.errors import GatewayError
from proxy.credentials.accounts import Accounts
from proxy.doctor import Report, Result, for_strangers, line
from proxy.doctor.all_checks import CHECKS

SECONDS: Final = 10.0
"""For all of them together."""
_QUICK: Final = tuple(name for name, check in CHECKS.items() if not check.slow)


def checked(loaded: Loaded, accounts: Accounts, *, public: bool) -> str:
    """A line a check, or why there are none or not all: a doctor that cannot run stops no bundle. Never raises.

    `accounts`: the keys as they were read, which takes the secrets out of the environment.
    """
    if not journal_of(loaded).is_dir():
        return "not run: the flows are of a file, which may be another machine's"
    if not len(accounts):
        return "not run: no key is configured here, so nothing was sent"
    try:
        terminal.say(
            f"running the quick checks of `doctor`, {SECONDS:g} s at most; --no-doctor leaves them out"
        )
        return "\n".join(asyncio.run(_lines(loaded, accounts, public=public)))
    except GatewayError as error:
        return f"not run: {error}; run signing-proxy doctor, and add what it prints with --doctor FILE"


async def _lines(loaded: Loaded, accounts: Accounts, *, public: bool) -> Sequence[str]:
    ended: list[Result] = []
    why = []
    try:
        async with asyncio.timeout(SECONDS):
            await examined(loaded, _QUICK, tell=ended.append, known=accounts)
    except TimeoutError:
        left = len(_QUICK) - len(ended)
        why = [f"{left} of {len(_QUICK)} checks had not ended within {SECONDS:g} s: run signing-proxy doctor"]
    except GatewayError:
        raise
    except Exception as error:  # whatever a check meets, the flows are worth sending
        why = [f"the checks ended early: {type(error).__name__}; run signing-proxy --debug doctor"]
    return [*map(line, _shown(ended, public=public)), *why]


def _shown(results: Sequence[Result], *, public: bool) -> Sequence[Result]:
    report = Report(version="", at_ms=0, environment="", account=None, checks=tuple(results))
    return for_strangers(report).checks if public else report.checks
