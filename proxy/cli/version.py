"""`version`: what is installed here, for people and for programs."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import click
import msgspec

from proxy import __version__
from proxy.cli import terminal

_RUN_TIME: Final = (
    "aiohttp",
    "click",
    "cryptography",
    "httptools",
    "msgspec",
    "python-socks",
    "pyyaml",
    "structlog",
)
_OPTIONAL: Final = ("uvloop", "keyring", "mitmproxy")


class _Installed(msgspec.Struct, frozen=True):
    """`optional`: null for what is not installed."""

    version: str
    python: str
    system: str
    packages: dict[str, str | None]
    optional: dict[str, str | None]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(as_json: bool) -> None:
    """Tell the version of signing-proxy, of Python, and of the packages it stands on.

    Without --json it is the version alone. Of a gateway that runs: /version on its admin port.
    """
    if not as_json:
        terminal.out(f"signing-proxy {__version__}")
        return
    installed = _Installed(
        version=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        packages={name: _version_of(name) for name in _RUN_TIME},
        optional={name: _version_of(name) for name in _OPTIONAL},
    )
    terminal.out_json(installed, indent=2)


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
