"""The configuration is read again while requests are served: put in force whole, in one turn of the loop, or not.

Taken up are who may do what and with which key: accounts with their secrets, policies, clients, the client token. The
rest, such as ports and the journal, belongs to rooms that were built at the start, and is named as waiting for a
restart. A request under way ends with the key that it began with; a write is asked once more whether it may leave.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import structlog
from msgspec import Struct, structs

from proxy.clients.registry import Clients
from proxy.clients.tickets import Tickets
from proxy.config.derived import policies
from proxy.config.load import Loaded
from proxy.config.problems import ConfigErrors
from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.diagnosis.live import LiveDiagnosis
from proxy.gateway.allowances import Counts, needs_counts
from proxy.gateway.guard import Guard
from proxy.gateway.recorder import Recorder
from proxy.gateway.written_policy import WrittenPolicy

_LOG: Final = structlog.get_logger("gateway")

_TAKEN_UP: Final = frozenset({"accounts", "default_account", "clients", "policy", "token_file"})
_FIXED: Final = ("environment", "upstream.unsafe_url", "clients_file")
"""What decides where a key goes and who must bring one: with another one of these nothing is taken up."""
_KEPT_SETS: Final = 8


class Configuration(Struct, frozen=True):
    """What was read, and passed every check that a start makes. `token`: that clients must send, where one is set."""

    loaded: Loaded
    accounts: Accounts
    token: Secret | None

    @property
    def settings(self) -> Settings:
        return self.loaded.settings


type Read = Callable[[], Configuration]
"""Reads files, environment and keyring. Raises ConfigError, or ConfigErrors with several of them."""


class Reloaded(Struct, frozen=True):
    """What came of it. `waiting`: settings that were changed and need a restart, by dotted name."""

    in_force: bool
    problems: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class KnownSecrets:
    """The secrets of the configurations that were in force: of a request under an old one a record may still come."""

    def __init__(self, first: Iterable[Secret]) -> None:
        self._sets = [tuple(first)]

    def all(self) -> tuple[Secret, ...]:
        return tuple(secret for one in self._sets for secret in one)

    def add(self, secrets: Iterable[Secret]) -> None:
        """Those of the newest configuration; the oldest of many is forgotten. Reading the same ones again and again
        makes none old."""
        new = tuple(secrets)
        others = [one for one in self._sets if _revealed(one) != _revealed(new)]
        self._sets = [*others, new][-_KEPT_SETS:]


def _revealed(secrets: tuple[Secret, ...]) -> tuple[bytes, ...]:
    return tuple(secret.reveal() for secret in secrets)


@dataclass(slots=True)
class Reload:
    """Reads again and puts in force. `began`: the settings that the rooms were built with. `on_secrets` is told all
    that must not stand in any output, before one of them is used."""

    began: Settings
    clients: Clients
    guard: Guard
    diagnosis: LiveDiagnosis
    recorder: Recorder
    counts: Counts
    tickets: Tickets
    written: WrittenPolicy
    secrets: KnownSecrets
    read: Read | None = None
    on_secrets: Callable[[tuple[Secret, ...]], None] = lambda _: None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _next: "asyncio.Task[Reloaded] | None" = None
    """The one that has not begun yet, because another is under way."""

    async def run(self, by: str) -> Reloaded:
        """Never raises. `by`: who asked, for the log: a signal's name, `admin`. Whoever asks before a reading begins
        gets what comes of that one: of a storm of questions two are asked."""
        if self._next is None:
            self._next = asyncio.create_task(self._in_turn(by))
        return await asyncio.shield(self._next)

    async def _in_turn(self, by: str) -> Reloaded:
        async with self._one:
            self._next = None
            try:
                told = await self._run()
            except ConfigErrors as error:
                told = _failed(error.problems)
            except ConfigError as error:
                told = _failed([error])
            except Exception as error:  # a mistake of this program must not end the service
                _LOG.error("reload_failed", by=by, error=type(error).__name__)
                told = Reloaded(False, ("the gateway made a mistake while it read the configuration",))
        _log(told, by)
        return told

    async def _run(self) -> Reloaded:
        if self.read is None:
            raise ConfigError(
                "this gateway was started without a file that it could read again",
                "end it, and start it with --config FILE",
            )
        new = await asyncio.to_thread(self.read)
        waiting = tuple(_differences(self.began, new.settings))
        fixed = [name for name in waiting if name in _FIXED]
        if fixed:
            raise ConfigError(f"{', '.join(fixed)}: cannot change while it runs", "restart the gateway")
        clients = await asyncio.to_thread(Clients.load, new.settings, new.accounts)
        self._open_what_it_needs(new.settings, clients)
        self._put_in_force(new, clients)
        return Reloaded(True, (), waiting, (*new.loaded.warnings, *new.accounts.warnings))

    def _open_what_it_needs(self, settings: Settings, clients: Clients) -> None:
        """What cannot be counted or kept is told now, as at a start. Raises ConfigError."""
        if any(map(needs_counts, clients.policies())):
            self.counts.open()
        if any(policy.confirm and policy.confirm_mode == "ticket" for _, policy in policies(settings)):
            self.tickets.open()

    def _put_in_force(self, new: Configuration, clients: Clients) -> None:
        """In one turn of the loop. What hides secrets knows the new ones before they are used."""
        self.secrets.add((*new.accounts.secrets(), *([new.token] if new.token else [])))
        self.on_secrets(self.secrets.all())
        self.clients.take_over(clients)
        self.recorder.renew_redactor()
        self.diagnosis.know(new.accounts)
        self.guard.ingress = self.guard.ingress.renewed(
            token=new.token.reveal() if new.token else None, forwarded=new.settings.policy.forwarded
        )
        self.written.stands_now_in(new.loaded)
        self.clients.log_doubts()


def _differences(began: Struct, now: Struct, prefix: str = "") -> Iterator[str]:
    """The dotted names of what differs, but for what is taken up."""
    for one in structs.fields(type(began)):
        name, before, after = prefix + one.name, getattr(began, one.name), getattr(now, one.name)
        if before == after or name in _TAKEN_UP:
            continue
        if isinstance(before, Struct) and isinstance(after, Struct):
            yield from _differences(before, after, f"{name}.")
        else:
            yield name


def _failed(problems: Iterable[ConfigError]) -> Reloaded:
    return Reloaded(
        False, tuple(f"{one.message}; {one.hint}" if one.hint else one.message for one in problems)
    )


def _log(told: Reloaded, by: str) -> None:
    for problem in told.problems:
        _LOG.error("configuration", note=problem)
    for warning in told.warnings:
        _LOG.warning("configuration", note=warning)
    if not told.in_force:
        _LOG.error("not_reloaded", by=by, note="the configuration before stays in force")
        return
    for name in told.waiting:
        _LOG.warning("configuration", note=f"{name} was changed and needs a restart")
    _LOG.info("reloaded", by=by)
