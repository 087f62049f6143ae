"""The command line: a written table of verbs, each imported when it is called and not before."""

import difflib
import gc
import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from proxy import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: the module that has its `command`, and its line in `--help`."""

    module: str
    help: str


VERBS: Final[Mapping[str, Verb]] = {
    "init": Verb("proxy.cli.init", "Set up: a few questions make config.yaml and a key's files."),
    "run": Verb("proxy.cli.run", "Start the gateway."),
    "demo": Verb("proxy.cli.demo", "A guided tour on a built-in exchange: no key, no money."),
    "explain": Verb("proxy.cli.explain", "Say what is wrong with a request, and prove it."),
    "doctor": Verb("proxy.cli.doctor", "Check key, clock, network and gateway, one line a check."),
    "logs": Verb("proxy.cli.logs", "Show what went through the gateway."),
    "whois": Verb("proxy.cli.whois", "Say what a tag of the journal stands for."),
    "audit": Verb("proxy.cli.audit", "Ask a set of reads, and show what works, and since when."),
    "export": Verb("proxy.cli.export", "Take recorded flows out: one zip for a ticket, HAR, scripts."),
    "replay": Verb("proxy.cli.replay", "Send a recorded read again, and compare the answers."),
    "sandbox": Verb("proxy.cli.sandbox", "Start the strict sandbox exchange alone."),
    "config": Verb("proxy.cli.config_", "Check, show or describe the configuration."),
    "clients": Verb("proxy.cli.clients", "Virtual keys: one made-up key for each of your tools."),
    "policy": Verb("proxy.cli.policy", "Show, test or learn what may be done; what is left of a day."),
    "catalogue": Verb(
        "proxy.cli.catalogue", "What is known of an endpoint, how old, and what contradicts it."
    ),
    "approve": Verb("proxy.cli.approve", "Let an operation go that waits for a person, or refuse it."),
    "reload": Verb("proxy.cli.reload", "Have the running gateway read its configuration again."),
    "sign": Verb("proxy.cli.sign", "Show what would be sent for a request, without sending it."),
    "keygen": Verb("proxy.cli.keygen", "Make an Ed25519 or RSA key to register at Binance."),
    "certificate": Verb("proxy.cli.certificate", "Make a certificate for clients that insist on https."),
    "completion": Verb("proxy.cli.completion", "Print what makes your shell complete commands."),
    "version": Verb("proxy.cli.version", "Tell the version, and of what it stands on."),
    "healthcheck": Verb("proxy.cli.healthcheck", "Ask a running gateway whether it is ready."),
}
"""In the order of `--help`: first what people want first."""


@contextmanager
def without_collections() -> Iterator[None]:
    """For imports: they make much that stays and little garbage, and are a tenth faster when nobody looks for it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # what was imported is not looked through later either
        gc.enable()


class VerbGroup(click.Group):
    """A group that knows its verbs' names and help lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        with without_collections():
            command = importlib.import_module(verb.module).command
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Verbs that begin so, without importing them."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  # for a shell that asks

        found = [
            CompletionItem(name, help=verb.help)
            for name, verb in VERBS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name not in VERBS and not name.startswith("-"):
            close = difflib.get_close_matches(name, VERBS, n=1)
            raise click.UsageError(
                f"there is no command of that name{f'; did you mean {close[0]}?' if close else ''}", ctx
            )
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Commands before options."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.help) for name, verb in VERBS.items()])
        click.Command.format_options(self, ctx, formatter)


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"signing-proxy {__version__}")
        context.exit()


@click.command(
    cls=VerbGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 good, 1 a finding or a failed check, 2 usage, 3 bad configuration.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
@click.option(
    "--debug", is_flag=True, help="Show where an unexpected error arose (also SIGNING_PROXY_DEBUG=1)."
)
def group(**_arguments: Any) -> None:
    """A local gateway between any tool and Binance: it signs requests and explains refusals."""
