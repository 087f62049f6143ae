"""Arguments in, one call out, an exit code back. The one place where errors become words and codes.

0 good, 1 a finding or a failed check, 2 usage, 3 bad configuration, 130 interrupted. No traceback reaches a
person who did not ask for one with `--debug`.
"""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final

import click

from proxy.cli import group, terminal
from proxy.core.errors import ConfigError, GatewayError, UsageError
from proxy.runtime.standard_streams import open_missing_streams

GOOD, FINDING, USAGE, CONFIGURATION, INTERRUPTED = 0, 1, 2, 3, 130

_NO_FAULT: Final = (click.exceptions.Exit, click.Abort, click.UsageError, SystemExit, KeyboardInterrupt)
"""Ends that nobody has to find the origin of."""

COMPLETION: Final = "_SIGNING_PROXY_COMPLETE"
"""Set by the scripts of `completion`: the shell asks, nobody called."""

_SECRET_FLAGS: Final = frozenset(
    {
        "api-secret",
        "apisecret",
        "secret",
        "secret-key",
        "api-secret-key",
        "private-key",
        "passphrase",
        "password",
    }
    | {"api-key", "apikey", "token", "client-token"}
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code."""
    open_missing_streams()
    if asked := os.environ.get(COMPLETION):
        from proxy.cli.completion import answer_shell  # noqa: PLC0415  # for a shell that asks

        return answer_shell(group, asked)
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words or bool(os.environ.get("SIGNING_PROXY_DEBUG"))
    try:
        _refuse_secrets(words)
        with group.make_context("signing-proxy", words) as context:
            outcome = group.invoke(context)
    except BaseException as error:  # the last border: everything becomes words and a code here
        if debug and not isinstance(error, _NO_FAULT):
            _show_origin(error)
        return _explain(error, words)
    return outcome if isinstance(outcome, int) else GOOD


def _refuse_secrets(words: list[str]) -> None:
    """Arguments are seen by every user of the machine (ps); they are refused before anything reads them."""
    for word in words:
        name = word.lstrip("-").partition("=")[0].lower().replace("_", "-")
        if word.startswith("--") and name in _SECRET_FLAGS:
            raise UsageError(
                f"--{name} does not exist: keys and secrets are never given on the command line, where every "
                "user of this machine sees them",
                "a file (BINANCE_API_SECRET_FILE, mode 0600), the OS keyring, or BINANCE_API_SECRET, in this order; "
                "if the value was real, replace the key",
            )


def _usage_hint(error: click.UsageError) -> str:
    """The help of the command; before it the flag that was forgotten where a journal was given bare."""
    where = error.ctx.command_path if error.ctx else "signing-proxy"
    reads_a_journal = error.ctx and any("--since" in one.opts for one in error.ctx.command.params)
    if reads_a_journal and "unexpected extra argument" in error.format_message():
        return f"a journal is named by --journal DIR; {where} --help"
    return f"{where} --help"


def _explain(error: BaseException, words: Sequence[str] = ()) -> int:
    """Tell a person what happened, in one line and a hint; the exit code for it."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            return INTERRUPTED
        case (
            BrokenPipeError() | SystemExit(__context__=BrokenPipeError())
        ):  # click turns the first into the second
            _close_stdout()
            return GOOD
        case OSError(errno=errno.ENOSPC | errno.EDQUOT as number):
            terminal.error(
                f"there is no room where this was to be written ({os.strerror(number)})",
                "make room there, or write it elsewhere, and run it again",
            )
            return FINDING
        case SystemExit():
            return error.code if isinstance(error.code, int) else FINDING
        case click.exceptions.NoArgsIsHelpError():
            terminal.say(error.format_message())
            return USAGE
        case click.NoSuchOption():
            where = error.ctx.command_path if error.ctx else "signing-proxy"
            close = " or ".join(sorted(error.possibilities or ()))
            terminal.error(
                "there is no option of that name" + (f"; did you mean {close}?" if close else ""),
                f"{where} --help",
            )
            return USAGE
        case click.UsageError():
            terminal.error(terminal.without_typed(error.format_message(), words), _usage_hint(error))
            return USAGE
        case click.ClickException():
            terminal.error(terminal.without_typed(error.format_message(), words))
            return USAGE
        case ConfigError():
            for problem in getattr(error, "problems", (error,)):
                terminal.error(problem.message, problem.hint)
            return CONFIGURATION
        case GatewayError():
            terminal.error(error.message, error.hint)
            return USAGE if isinstance(error, UsageError) else FINDING
    terminal.error(
        f"unexpected {type(error).__name__}; this is a fault of signing-proxy, not yours",
        "run `signing-proxy --debug ...` again and report what it prints, after a look for anything private",
    )
    return FINDING


def _show_origin(error: BaseException) -> None:
    """Where it arose: frames without local variables, what could be a key hidden."""
    for line in traceback.format_exception(error):
        click.echo(terminal.message(line), err=True, nl=False)


def _close_stdout() -> None:
    """The reader has gone (`| head`): nothing more to say, and no complaint at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
