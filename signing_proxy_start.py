"""What the command `signing-proxy` begins with: it looks whether `proxy` is ours, and only then imports it.

The unrelated package `proxy.py` installs the same import name. In one environment each overwrites files of the other,
and what was installed last decides what runs; so the first look must not be taken from inside of `proxy`. This module
bears a name of its own, stands beside `proxy/` and needs nothing but the standard library (a start imports little).
"""

import os
import re
import sys

_STRANGER = re.compile(r"proxy[._-]py-[^-]*\.(?:dist|egg)-info", re.IGNORECASE)
_NOT_WHOLE = 3
"""The exit code of a bad configuration."""


def main() -> int:
    """Run `signing-proxy`; its exit code."""
    home = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  # pathlib costs a start 10 ms
    if where := stranger(sys.path, home):
        _say(
            f"the package proxy.py is installed in the same environment ({where}); both are imported as `proxy`, "
            "and each overwrites files of the other",
            "give it an environment of its own, with `uv tool install` or `pipx install` (README, Install); to mend "
            "this one, uninstall proxy.py and binance-signing-proxy, then install the one that you need here",
        )
        return _NOT_WHOLE
    try:
        from proxy.__main__ import main as run  # noqa: PLC0415  # only when it is known to be ours
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "proxy":
            raise
        _say(
            f"files of signing-proxy are missing below {home}, as after proxy.py was uninstalled from there",
            "uninstall binance-signing-proxy and install it again, best with `uv tool install` or `pipx install`",
        )
        return _NOT_WHOLE
    return run()


def stranger(path: list[str], home: str) -> str:
    """The folder of `path` (sys.path) in which proxy.py stands in our way, or nothing.

    Folders after `home`, ours, cannot: there `proxy` is found before.
    """
    for folder in path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208  # as above
        except OSError:  # an archive, or not there
            names = []
        if any(_STRANGER.fullmatch(name) for name in names):
            return folder
        if os.path.abspath(folder) == home:  # noqa: PTH100  # as above
            break
    return ""


def _say(error: str, hint: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"error: {error}\nhint: {hint}\n")


if __name__ == "__main__":
    sys.exit(main())
