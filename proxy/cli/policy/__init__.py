"""`policy show | test | learn | usage`: what may be done and why, what was needed, what is left of the day."""

import click

from proxy.cli.policy.learn import learn
from proxy.cli.policy.show import show
from proxy.cli.policy.test import test
from proxy.cli.policy.usage import usage


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Show, test or learn what may be done, or show what was used of it today."""


for verb in (show, test, learn, usage):
    command.add_command(verb)
