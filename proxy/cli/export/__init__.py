"""`export bundle | har | repro | curl | verify | unmask`: recorded flows for other tools and other people."""

import click

from proxy.cli.export.bundle import bundle
from proxy.cli.export.curl import curl
from proxy.cli.export.har import har
from proxy.cli.export.repro import repro
from proxy.cli.export.unmask import unmask
from proxy.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Hand recorded flows to other tools or people.

    \b
      signing-proxy export bundle --since 1h       one zip for a ticket: report, HAR, lines, scripts
      signing-proxy export har -n 5 flows.har      for browsers and API tools
      signing-proxy export repro --lang python     a script that signs itself, without this program
      signing-proxy export curl --status 4xx       commands that go through the gateway
      signing-proxy export verify evidence.zip     was a journal or bundle changed since?

    Every tag is made anew, names of accounts become numbers, and the whole result is searched for your secrets
    before a byte is written: if one is found, nothing is.
    """


for verb in (bundle, har, repro, curl, verify, unmask):
    command.add_command(verb)
