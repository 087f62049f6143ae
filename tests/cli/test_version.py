"""`version`, as a program reads it."""

import json
import platform
from importlib.metadata import version

from proxy import __version__
from tests.cli.conftest import Run


def test_the_version_alone_and_with_what_it_stands_on(run: Run) -> None:
    assert run("version").out == run("--version").out == f"signing-proxy {__version__}\n"
    told = json.loads(run("version", "--json").out)
    assert (told["version"], told["python"]) == (__version__, platform.python_version())
    assert told["packages"]["aiohttp"] == version("aiohttp")
    assert None not in told["packages"].values()
    assert set(told["optional"]) == {"uvloop", "keyring", "mitmproxy"}
