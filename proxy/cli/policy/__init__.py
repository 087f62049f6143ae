"""`policy show | test | learn`: what may be done and why, and what was needed."""

import click

from proxy.cli.policy.learn import learn
from proxy.cli.policy.show import show
from proxy.cli.policy.test import test


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Show, test or learn what may be done."""


for verb in (show, test, learn):
    command.add_command(verb)
