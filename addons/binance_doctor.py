"""mitmproxy addon: says live why Binance refuses what a client signed by itself.

    mitmdump -s addons/binance_doctor.py --set binance_api_secret_file=~/.binance/secret

Needs mitmproxy 12.3 or newer and the package `binance-signing-proxy` in mitmproxy's own Python environment;
without it this file says so in one line. Options, commands and the content view: docs/mitmproxy.md.
"""

import logging
import sys
from pathlib import Path

from mitmproxy import version

NEEDED = (12, 3)


class _Absent:
    """Stands in for the doctor where it cannot be loaded: mitmproxy ends at its error line."""

    def __init__(self, says: str) -> None:
        self._says = says

    def load(self, _loader: object) -> None:
        logging.getLogger("binance_doctor").error("binance_doctor: %s", self._says)


def _found() -> tuple[int, ...]:
    return tuple(int(part) for part in version.VERSION.split(".")[:2] if part.isdecimal())


def _doctor() -> object:
    if _found() < NEEDED:
        return _Absent(f"mitmproxy 12.3 or newer is needed, this is {version.VERSION}")
    home = str(Path(__file__).resolve().parent.parent)
    if home not in sys.path and (Path(home) / "proxy" / "core").is_dir():
        sys.path.append(home)  # a checkout, or the site-packages of another environment
    try:
        from addons.doctor.addon import BinanceDoctor  # noqa: PLC0415  # may be absent, which is told below
    except (ImportError, SyntaxError) as error:
        missing = getattr(error, "name", None) or "one of its files"
        return _Absent(
            f"the package binance-signing-proxy is not installed, or not whole, in mitmproxy's Python ({missing} is "
            f"missing); install it there: {sys.executable} -m pip install binance-signing-proxy"
        )
    return BinanceDoctor()


addons = [_doctor()]
