"""`signing-proxy init`: a first configuration, by questions or by options."""

import asyncio
import shlex
import sys
from pathlib import Path
from typing import Final, get_args

import click

from proxy.cli import options, terminal
from proxy.cli.gateway_address import gateway_base
from proxy.cli.options import EnvironmentChoice, profiles_option
from proxy.cli.own_command import own_command
from proxy.config.load import DEFAULT_FILE, Overrides, load_settings
from proxy.core.errors import ConfigError, UsageError
from proxy.core.settings import ExplainPlace, Profile
from proxy.runtime.clock import LocalClock
from proxy.setup.answers import Answers, Given, KeyType
from proxy.setup.files import Written, require_free, write_all
from proxy.setup.gather import EXPLAIN, REGISTER, gather

_MOST_PIPED: Final = 64 * 1024
_CHECKS: Final = ("key", "known", "permissions")
"""What is asked once the files are there: reads alone, with the key."""


@click.command("init")
@click.option(
    "--dir", "directory", metavar="DIR", help="Where config.yaml and what belongs to it go; default: here."
)
@click.option("--config", metavar="FILE", help="The configuration under another name.")
@click.option("--yes", is_flag=True, help="Ask nothing: what no option says is at its default.")
@click.option(
    "--environment", type=EnvironmentChoice(), help="Which Binance is spoken to; default: production."
)
@click.option("--key-type", type=click.Choice(get_args(KeyType.__value__)), help="Default: hmac.")
@click.option("--make-key", is_flag=True, help="Make the key now (ed25519, rsa); its public half is printed.")
@click.option("--account", metavar="NAME", help="A name of your own for the key; default: main.")
@click.option("--api-key-file", metavar="FILE", help="The API key lies in this file, and stays there.")
@click.option("--secret-file", metavar="FILE", help="So does the secret or private key (mode 0600).")
@click.option("--secret-variable", metavar="NAME", help="The secret stands in this variable at each start.")
@click.option("--passphrase-file", metavar="FILE", help="The passphrase of an encrypted private key.")
@profiles_option
@click.option(
    "--explain",
    type=click.Choice(EXPLAIN),
    help="message: the reason of an error stands in `msg`, too.",
)
@click.option("--client", metavar="NAME", help="A first bot that gets a virtual key.")
@click.option("--no-client", is_flag=True, help="None: every program on this machine may use the gateway.")
@click.option("--no-check", is_flag=True, help="Do not ask Binance whether it knows the key.")
@click.option(
    "--unsafe-upstream", metavar="URL", help="For tests: a sandbox on this machine instead of Binance."
)
def command(
    *,
    directory: str | None,
    config: str | None,
    yes: bool,
    environment: str | None,
    key_type: KeyType | None,
    make_key: bool,
    account: str | None,
    api_key_file: str | None,
    secret_file: str | None,
    secret_variable: str | None,
    passphrase_file: str | None,
    profile: tuple[Profile, ...] | None,
    explain: ExplainPlace | None,
    client: str | None,
    no_client: bool,
    no_check: bool,
    unsafe_upstream: str | None,
) -> int:
    """Set the gateway up: a few questions, then config.yaml and the files of the key.

    Nothing is overwritten, and Ctrl-C leaves nothing behind. A key or secret is typed unseen, lies in a file or a
    variable, or comes on standard input (with --yes: the API key on the first line, then the secret or PEM); it is
    never an argument. Exit code 1: all is written, and Binance refuses the key.
    """
    if client is not None and no_client:
        raise UsageError("--client and --no-client say two things", "leave one of them away")
    if (secret_file and secret_variable) or (make_key and (secret_file or secret_variable)):
        raise UsageError(
            "there are several places for what signs", "one of --secret-file, --secret-variable, --make-key"
        )
    place = _place(directory, config)
    require_free(place)
    options.close_to_others()
    given = Given(
        environment=environment,  # type: ignore[arg-type]  # click has compared it with the names
        unsafe_upstream=unsafe_upstream,
        key_type=key_type or (None if not (make_key and yes) else "ed25519"),
        make_key=make_key,
        api_key_file=api_key_file,
        secret_file=secret_file,
        secret_variable=secret_variable,
        passphrase_file=passphrase_file,
        account=account,
        profiles=profile,
        explain=explain,
        client="" if no_client else client,
    )
    answers = _answers(given, place, yes=yes)
    written = write_all(place, answers, now_ms=LocalClock().unix_ms())
    _tell_written(answers, written, yes=yes)
    good = no_check or _checked(answers, written)
    _tell_next(answers, written)
    return 0 if good else 1


def _place(directory: str | None, config: str | None) -> Path:
    """Of the configuration file."""
    if config is None:
        return Path(directory or ".").expanduser() / DEFAULT_FILE
    path = Path(config).expanduser()
    if directory is not None:
        if path.name != config:
            raise UsageError("--config names a directory, and so does --dir", "leave one of them away")
        path = Path(directory).expanduser() / path
    return path


def _answers(given: Given, place: Path, *, yes: bool) -> Answers:
    if yes:
        return gather(given, None, _piped)
    from proxy.cli.person import Person  # noqa: PLC0415  # not for scripts

    person = Person()
    person.tell(
        f"This makes {place} and what belongs to it. Nothing is overwritten; Ctrl-C leaves nothing behind.\n"
    )
    return gather(given, person)


def _piped() -> bytes:
    """What comes on standard input; nothing from a terminal: who sits there was promised no question."""
    if sys.stdin is None or sys.stdin.isatty():
        return b""
    try:
        octets = sys.stdin.buffer.read(_MOST_PIPED + 1)
    except OSError:  # closed, or a terminal that belongs to another job
        octets = b""
    if len(octets) > _MOST_PIPED:
        raise UsageError(
            "standard input holds more than a key and a secret",
            "the API key on its first line, then the secret",
        )
    return octets


def _tell_written(answers: Answers, written: Written, *, yes: bool) -> None:
    terminal.say("")
    for path in written.files:
        terminal.say(f"written: {path}")
    if answers.public_pem and yes:
        terminal.say(REGISTER)
        terminal.out(answers.public_pem.rstrip("\n"))
    if written.key is not None and written.key.api_secret is not None:
        terminal.say(f"\nThe virtual key of {answers.client}; it is shown this once:")
        terminal.out(f"api key     {written.key.api_key}")
        terminal.out(f"api secret  {written.key.api_secret.reveal().decode()}")


def _checked(answers: Answers, written: Written) -> bool:
    """Whether Binance takes the key; also where nobody could be asked, which is told in one line."""
    if answers.waits_for is not None:
        return True
    later = f"{own_command()} doctor{_config_option(written)}"
    loaded = load_settings(Overrides(config=str(written.config)), {})
    try:
        accounts = options.open_accounts(loaded, tell="nothing")
    except ConfigError as error:  # the variable of the secret is not set now, or others say something else
        told = error.message.replace("\n", "; ")
        terminal.say(f"\nThe key was not checked: {told}. Later: {later}")
        return True
    from proxy.cli.doctor import examined, show  # noqa: PLC0415  # most of the program, for this step alone

    terminal.say("\nAsking Binance about the key (reads alone) ...")
    report = asyncio.run(examined(loaded, _CHECKS, known=accounts))
    faults = [probe.fault for probe in report.probes if probe.fault]
    if report.probes and len(faults) == len(report.probes):
        terminal.say(
            f"The key was not checked, because Binance cannot be reached from here ({faults[0]}). "
            f"Later: {later}"
        )
        return True
    for result in report.checks:
        show(result)
    if report.failed:
        terminal.say("The files are there all the same: put the right values into them.")
    return not report.failed


def _config_option(written: Written) -> str:
    here = Path(DEFAULT_FILE)
    return (
        ""
        if written.config.absolute() == here.absolute()
        else f" --config {shlex.quote(str(written.config))}"
    )


def _tell_next(answers: Answers, written: Written) -> None:
    """The commands that come now."""
    command, chosen = own_command(), _config_option(written)
    base = gateway_base(load_settings(Overrides(config=str(written.config)), {}).settings)
    key = f" -H 'X-MBX-APIKEY: {written.key.api_key}'" if written.key else ""
    lines = [f"{command} run{chosen}", f"curl{key} {base}/api/v3/account", f"{command} logs{chosen} --follow"]
    waits = answers.waits_for
    if waits is not None:
        path = shlex.quote(str(written.config.parent / waits.place))
        lines = [f"(umask 077; cat > {path})", lines[0], lines[1]]
    terminal.say(
        "\nNext:"
        if waits is None
        else "\nNext, with the API key that Binance shows (paste it, Enter, Ctrl-D):"
    )
    terminal.out("\n".join(f"  {line}" for line in lines))
