"""The sandbox exchange beside a gateway of one's own: its address, its key, and a journal that goes with it."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from proxy.app.preflight import client_token
from proxy.config.environment_names import CLI_VARIABLE
from proxy.config.load import CONFIG_VARIABLE, Loaded, Overrides, load_settings
from proxy.core.errors import UsageError
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts, remove_secrets
from proxy.gateway.reload import Configuration, Read
from proxy.sandbox import PersonalityError, Sandbox, SandboxKey, demo_keys, put_on
from proxy.sandbox.threaded import ThreadedSandbox

_REAL: Final = frozenset(
    {CONFIG_VARIABLE, CLI_VARIABLE, "SIGNING_PROXY_ENVIRONMENT", "SIGNING_PROXY_JOURNAL"}
)
"""Variables that say where real keys, a real Binance and its record are."""
_ACCOUNT: Final = "sandbox"


class BuiltIn(msgspec.Struct, frozen=True):
    """What a gateway in front of the built-in exchange is started with. `passing`: its journal goes at the end.

    `read_again`: reads the file that was named anew; None where none was.
    """

    loaded: Loaded
    accounts: Accounts
    exchange: str
    passing: bool
    read_again: Read | None = None


@contextlib.contextmanager
def built_in_exchange(overrides: Overrides, personalities: Sequence[str]) -> Iterator[BuiltIn]:
    """The exchange runs for the length of the block, in a thread of its own.

    No file is read but one that `--config` names, and of that neither a key nor the way to Binance: its accounts keep
    their names and get the key of the exchange. Raises UsageError, ConfigError.
    """
    if overrides.unsafe_upstream is not None or overrides.environment not in (None, "sandbox"):
        raise UsageError(
            "--sandbox is an exchange of its own",
            "leave --environment and --unsafe-upstream away, or --sandbox",
        )
    sandbox = Sandbox(keys=demo_keys())
    try:
        for one in personalities:
            put_on(sandbox, one)
    except PersonalityError as error:
        raise UsageError(f"--as {error}", "the list with all options: signing-proxy sandbox --help") from None
    with contextlib.ExitStack() as opened:
        running = _opened(sandbox, opened)
        journal = overrides.journal
        if journal is None:
            journal = opened.enter_context(tempfile.TemporaryDirectory(prefix="signing-proxy-sandbox-"))
        chosen = msgspec.structs.replace(
            overrides, environment="sandbox", unsafe_upstream=running.url, journal=journal
        )
        first = _configuration(chosen)
        yield BuiltIn(
            first.loaded,
            first.accounts,
            running.url,
            passing=overrides.journal is None,
            read_again=partial(_configuration, chosen) if overrides.config else None,
        )


def greeting(built_in: BuiltIn, base: str, header: str) -> Iterator[str]:
    """What a person reads who has just started it; `base`: where the gateway is reached; `header`: what callers have
    to send of their own, as an option of curl with a blank behind it, or ""."""
    journal = Path(built_in.loaded.settings.journal.directory)
    kept = ", removed at the end; --journal DIR keeps it" if built_in.passing else ""
    yield f"gateway           {base}"
    yield f"sandbox exchange  {built_in.exchange} (built in: made-up keys and money, the strictness of Binance)"
    yield f"journal           {journal}{kept}"
    order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
    yield "Try in another terminal; Ctrl-C here ends both:"
    yield f"  curl {header}{base}/api/v3/account"
    yield f"  curl {header}{base}/api/v3/order -d '{order}&quantity=0.01&price=50000'"
    yield f"  curl {header}-H 'X-Gateway-Explain: message' {base}/api/v3/order -d '{order}&quantity=0,01&price=50000'"


def _configuration(chosen: Overrides) -> Configuration:
    """What the flags and the named file say now, with the exchange's key. Raises ConfigError, or ConfigErrors."""
    loaded = load_settings(chosen, _without_the_real(os.environ), look_here=False)
    loaded = msgspec.structs.replace(loaded, settings=_on_this_machine(loaded.settings))
    accounts, token = _accounts(loaded.settings, demo_keys()[0]), client_token(loaded.settings)
    remove_secrets(loaded.settings, os.environ)
    return Configuration(loaded, accounts, token)


def _opened(sandbox: Sandbox, opened: contextlib.ExitStack) -> ThreadedSandbox:
    """On a free port. Raises UsageError where none can be had."""
    try:
        return opened.enter_context(ThreadedSandbox(sandbox))
    except OSError as error:
        raise UsageError(f"the sandbox exchange cannot listen: {error.strerror}") from None


def _without_the_real(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in _REAL}


def _on_this_machine(settings: Settings) -> Settings:
    """Without the way to the real Binance, and without the file in which its bans are shared."""
    replace = msgspec.structs.replace
    upstream = replace(settings.upstream, proxy=None, proxy_credentials_file=None, local_address=None)
    return replace(settings, upstream=upstream, budget=replace(settings.budget, holds_file=None))


def _accounts(settings: Settings, key: SandboxKey) -> Accounts:
    names = tuple(settings.accounts) or (settings.default_account or _ACCOUNT,)
    signing = HmacKey(Secret(key.secret.encode("ascii")))
    default = settings.default_account or (names[0] if len(names) == 1 else None)
    return Accounts({name: Account(name, "sandbox", key.api_key, signing) for name in names}, default)
