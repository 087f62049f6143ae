"""What the checks look at: settings, keys, clocks and the way to the exchange, each looked at once however many
ask."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgspec import structs

from proxy.config.derived import environments_of
from proxy.config.problems import ConfigErrors
from proxy.core.catalogue import Environment, PrefixFamily, time_source
from proxy.core.errors import ConfigError, UsageError
from proxy.core.flow import ClockReading
from proxy.core.probes import KeyFacts, Probe
from proxy.core.settings import Settings
from proxy.credentials.accounts import Account, Accounts, load_accounts
from proxy.credentials.mistakes import looks_like_futures_testnet
from proxy.doctor.clock_samples import ClockSamples, measure
from proxy.doctor.discreet import Discreet
from proxy.probing.call import read_call
from proxy.probing.prober import Asked, Prober, Reading
from proxy.probing.way import Way, make_way, trust_of
from proxy.runtime.clock import LocalClock

_ANSWER_SECONDS: Final = 8.0
_NO_OTHERS: Final = MappingProxyType[str, tuple[str, ...]]({})


class Patient:
    """One account in one environment. `problems`: what is wrong with the keys; then `account` is None."""

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        accounts: Accounts,
        account: Account | None,
        problems: tuple[ConfigError, ...],
        local: LocalClock,
        way: Way,
    ) -> None:
        self.settings = settings
        self.environ = environ
        self.accounts = accounts
        self.account = account
        self.problems = problems
        self.local = local
        self.dialer, self.sender, self.holds = way.dialer, way.sender, way.holds
        name = account.environment if account is not None else settings.environment
        self.environment: Environment = environments_of(settings)[name]
        self.environment_name = name
        self._prober = Prober(settings.signing, self.sender, self.holds, local, self._clock_of)
        self._asked: dict[str, asyncio.Task[Asked]] = {}
        self._clocks: dict[str, asyncio.Task[ClockSamples]] = {}

    @property
    def discreet(self) -> Discreet:
        """What every text of a report passes."""
        return Discreet((one.api_key for one in self.accounts), self.accounts.secrets(), _home())

    @property
    def facts(self) -> KeyFacts:
        shape = self.account is not None and looks_like_futures_testnet(self.account.api_key.encode())
        return KeyFacts(futures_testnet_shape=shape)

    @property
    def bases(self) -> tuple[str, ...]:
        """The hosts of the environment, each once."""
        return tuple(dict.fromkeys(self.environment.bases.values()))

    def offers(self, family: PrefixFamily) -> bool:
        return self.environment.base_for(family) is not None

    async def ask(self, target: str, method: str = "GET") -> Asked:
        """Ask a read once, whoever asks again gets the same answer. Raises as `read_call` and `Prober.ask`."""
        text = f"{method} {target}"
        asked = self._asked.get(text)
        if asked is None:
            asking = self._prober.ask(read_call(text), self.account, self.environment)
            asked = self._asked[text] = asyncio.create_task(asking)
        return await asyncio.shield(asked)

    async def ask_again(self, target: str) -> Asked:
        """Ask a GET once more, and forget what it said before: a control call after a refusal."""
        self._asked.pop(f"GET {target}", None)
        return await self.ask(target)

    async def clock(self, family: PrefixFamily) -> ClockSamples:
        """The clock of a family's hosts against ours, measured once."""
        source = time_source(self.environment, family)
        if source is None:
            return ClockSamples(trouble=f"{self.environment_name} has no time endpoint for {family.value}")
        if self.holds.is_host_held(source.base):
            return ClockSamples(trouble="not asked: a hold is running")
        known = self._clocks.get(source.base + source.path)
        if known is None:
            measuring = measure(self.sender, source.base, source.path, self.local)
            known = self._clocks[source.base + source.path] = asyncio.create_task(measuring)
        return await asyncio.shield(known)

    def answers(self) -> list[Asked]:
        """All that was asked and ended so far."""
        ended = (one for one in self._asked.values() if one.done() and not one.cancelled())
        return [one.result() for one in ended if one.exception() is None]

    def probes(self) -> tuple[Probe, ...]:
        return tuple(one.probe for one in self.answers())

    async def close(self) -> None:
        for task in (*self._asked.values(), *self._clocks.values()):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._asked.values(), *self._clocks.values(), return_exceptions=True)
        await self.sender.close()

    async def _clock_of(self, _environment: Environment, family: PrefixFamily) -> Reading:
        """The exchange's clock where it can be had, else ours."""
        return partial(_reading, await self.clock(family), self.local)


@contextlib.asynccontextmanager
async def open_patient(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    account: str | None = None,
    read_accounts: Callable[[], Accounts] | None = None,
    local: LocalClock | None = None,
) -> AsyncIterator[Patient]:
    """Open everything the checks need; keys that cannot be read are a finding, no error.

    `read_accounts`: how the keys are read, for who shields the process first; may raise ConfigError. Raises
    UsageError where `account` names none, or none is named and there are several; ConfigError for the proxy's
    credentials.
    """
    problems: tuple[ConfigError, ...] = ()
    try:
        accounts = read_accounts() if read_accounts is not None else load_accounts(settings, environ)
    except ConfigErrors as error:
        accounts, problems = Accounts(), tuple(error.problems)
    except ConfigError as error:
        accounts, problems = Accounts(), (error,)
    chosen = None if problems else _chosen(accounts, account)
    local = local or LocalClock()
    patient = Patient(settings, environ, accounts, chosen, problems, local, _way(settings, local))
    try:
        yield patient
    finally:
        await patient.close()


def _home() -> Path | None:
    """None where the system knows no home of this user, as in containers that run under any number."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def _chosen(accounts: Accounts, name: str | None) -> Account | None:
    known = ", ".join(one.name for one in accounts) or "none"
    if name is None:
        if accounts.default is None and len(accounts) > 1:
            raise UsageError("there are several accounts", f"name one with --account; known: {known}")
        return accounts.default
    account = accounts.get(name)
    if account is None:
        raise UsageError("--account names no account", f"known: {known}")
    return account


def _way(settings: Settings, local: LocalClock) -> Way:
    """To each host itself, and with less patience than a gateway has: somebody is looking on."""
    upstream = settings.upstream
    patience = structs.replace(
        upstream,
        answer_seconds=min(upstream.answer_seconds, _ANSWER_SECONDS),
        progress_seconds=min(upstream.progress_seconds, _ANSWER_SECONDS),
        total_seconds=min(upstream.total_seconds, 2 * _ANSWER_SECONDS),
    )
    return make_way(settings, trust_of(settings), local, alternates=_NO_OTHERS, patience=patience)


def _reading(measured: ClockSamples, local: LocalClock) -> ClockReading:
    now_ms = local.unix_ms()
    if measured.stamp_offset_ms is None or measured.offset_ms is None:
        return ClockReading(now_ms, 0.0, None, "local")
    return ClockReading(
        int(now_ms + measured.stamp_offset_ms), measured.offset_ms, measured.round_trip_ms, "exchange"
    )
