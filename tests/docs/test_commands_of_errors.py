"""The commands of docs/errors.md, one a code, with a request in the place of `curl ...`."""

import shlex

import pytest
from click.testing import CliRunner

from proxy.cli import group
from tests.docs.shell.blocks import Command, commands
from tests.docs.shell.tally import BY_CODE

REQUEST = (
    "curl -H 'X-MBX-APIKEY: "
    + "testKEY9" * 8
    + "' 'https://api.binance.com/api/v3/order?symbol=BTCUSDT&orderId=1"
    "&timestamp=1784801696801&signature=" + "0" * 64 + "'"
)


@pytest.mark.parametrize("command", commands(BY_CODE), ids=lambda one: one.plain)
def test_it_explains_the_code(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    words = shlex.split(command.text)
    program, verb, option, code, request = words  # a code of two words in quotes
    assert (program, verb, option, request) == ("signing-proxy", "explain", "--code", "curl ...")
    done = CliRunner().invoke(group, [*words[1:4], REQUEST])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.exit_code in (0, 1), done.output
    assert "GET api.binance.com/api/v3/order  ->" in done.output
    assert code.split()[0] in done.output
