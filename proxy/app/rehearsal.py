"""Everything that a start reads, read without starting: `config check` says what `run` would stumble over.

All that is wrong is told at once. No port is opened and nothing is sent; in the journal directory a file is
written and removed again, and a directory that is missing is not made.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from proxy.app.preflight import (
    client_token,
    corrected_catalogue,
    require_bound_keys,
    require_c_parser,
    safe_environments,
)
from proxy.clients.registry import Clients
from proxy.config.problems import ConfigErrors, raise_all
from proxy.core.errors import ConfigError
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.doctor.checks.journal import look
from proxy.doctor.result import Mark
from proxy.server.listener import server_tls
from proxy.upstream.configured import configured_dialer
from proxy.upstream.tls import empty_context


def rehearse(settings: Settings, accounts: Accounts) -> None:
    """Raises ConfigError, or ConfigErrors with several of them."""
    trials: tuple[Callable[[], object], ...] = (
        require_c_parser,
        lambda: safe_environments(settings),
        lambda: require_bound_keys(accounts),
        lambda: corrected_catalogue(settings),
        lambda: client_token(settings),
        lambda: Clients.load(settings, accounts),
        lambda: _own_tls(settings),
        lambda: configured_dialer(settings.upstream, empty_context()),
        lambda: _journal(settings),
    )
    raise_all(problem for trial in trials for problem in _found(trial))


def _found(trial: Callable[[], object]) -> Iterator[ConfigError]:
    try:
        trial()
    except ConfigErrors as error:
        yield from error.problems
    except ConfigError as error:
        yield error


def _own_tls(settings: Settings) -> None:
    if settings.tls_certificate_file is not None and settings.tls_key_file is not None:
        server_tls(settings.tls_certificate_file, settings.tls_key_file)


def _journal(settings: Settings) -> None:
    found = look(Path(settings.journal.directory))
    if found.mark is Mark.FAILED:
        raise ConfigError(f"journal.directory: {found.evidence}", found.fix)
