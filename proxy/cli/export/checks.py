"""The quick checks of the doctor for a bundle: bounded in time, and without a word too much for a public place."""

import asyncio
from collections.abc import Sequence
from typing import Final, get_args

from proxy.cli import terminal
from proxy.cli.doctor import examined
from proxy.cli.selection import journal_of
from proxy.config.derived import environments_of
from proxy.config.load import Loaded
from proxy.core.errors import GatewayError, UsageError
from proxy.core.settings import EnvironmentName, Settings
from proxy.credentials.accounts import Account, Accounts
from proxy.doctor import Report, Result, for_strangers, line
from proxy.doctor.all_checks import CHECKS
from proxy.evidence.subject import Subject

SECONDS: Final = 10.0
"""For all of them together."""
_ENVIRONMENTS: Final = frozenset(get_args(EnvironmentName.__value__))
_SANDBOX: Final = "sandbox"
_AND_ADD: Final = "and add what it prints with --doctor FILE"
_QUICK: Final = tuple(name for name, check in CHECKS.items() if not check.slow)


def checked(loaded: Loaded, accounts: Accounts, subject: Subject | None, *, public: bool) -> str:
    """A line a check, or why there are none or not all: a doctor that cannot run stops no bundle. Never raises.

    `accounts`: the keys as they were read, which takes the secrets out of the environment. `subject`: whom the
    flows are about. A key is sent nowhere but where the gateway sent it.
    """
    if not journal_of(loaded).is_dir():
        return "not run: the flows are of a file, which may be another machine's"
    if not len(accounts):
        return "not run: no key is configured here, so nothing was sent"
    account = accounts.get(subject.account) if subject is not None else None
    if subject is not None and (why := _why_not(loaded.settings, account, subject)):
        return f"not run: {why}"
    try:
        terminal.say(
            f"running the quick checks of `doctor`, {SECONDS:g} s at most; --no-doctor leaves them out"
        )
        return "\n".join(asyncio.run(_lines(loaded, accounts, account, public=public)))
    except UsageError as error:  # of several accounts it does not know which
        return f"not run: {error}; run signing-proxy doctor --account NAME, {_AND_ADD}"
    except GatewayError as error:
        return f"not run: {error}; run signing-proxy doctor, {_AND_ADD}"


def _why_not(settings: Settings, account: Account | None, subject: Subject) -> str:
    """Why checks with these settings would say nothing of these flows, or send a key where it does not belong."""
    if account is None:
        return f"the account of the flows is not configured here; run signing-proxy doctor where it is, {_AND_ADD}"
    here = environments_of(settings)[account.environment].name
    if subject.environment == here:
        return ""
    there = subject.environment if subject.environment in _ENVIRONMENTS else "another environment"
    how = f" --environment {there}" if there in _ENVIRONMENTS else ""
    unsafe = " --unsafe-upstream URL" if there == _SANDBOX else ""
    run = f"run signing-proxy doctor{how}{unsafe}, {_AND_ADD}"
    return f"the flows are of {there}, and the settings here say {here}; {run}"


async def _lines(
    loaded: Loaded, accounts: Accounts, account: Account | None, *, public: bool
) -> Sequence[str]:
    ended: list[Result] = []
    why = []
    try:
        async with asyncio.timeout(SECONDS):
            name = account.name if account is not None else None
            await examined(loaded, _QUICK, name, tell=ended.append, known=accounts)
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
