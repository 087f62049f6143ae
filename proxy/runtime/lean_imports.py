"""Imports aiohttp and structlog without the parts that nobody here uses: a start does not wait for them.

aiohttp: its own `__init__` imports the whole client, which reads the system's certificates twice while it is being
imported: more than half of what aiohttp costs at start, and memory for good. We need its C parser and its streams
alone. So the package is put in its place with its `__init__` unread: submodules are imported as ever, and the first
look at anything else, such as `aiohttp.ClientSession`, reads it then.

structlog: where rich or better_exceptions happen to be installed, it imports them to draw tracebacks. Ours are drawn
in logs.py.
"""

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from typing import Any, Final

_NAME: Final = "aiohttp"
_PAINTERS: Final = ("rich", "better_exceptions")
_NEEDED: Final = ("aiohttp.base_protocol", "aiohttp.http_parser", "aiohttp.streams")
_VERSION: Final = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


def import_lean() -> None:
    """Import both; to be called before anything else imports one of them."""
    _import_aiohttp()
    _import_structlog()


def _import_structlog() -> None:
    hidden = [name for name in _PAINTERS if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # says: there is no such module
    try:
        importlib.import_module("structlog")
    finally:
        for name in hidden:
            del sys.modules[name]


def _import_aiohttp() -> None:
    """Import what the gateway needs of aiohttp; does nothing where aiohttp was imported before.

    Where a release of aiohttp does not stand this, it is imported as usual: slower, and no different otherwise.
    """
    if _NAME in sys.modules:
        return
    try:
        _put_in_place()
        for name in _NEEDED:
            importlib.import_module(name)
    except (ImportError, AttributeError):
        for name in [name for name in sys.modules if name.partition(".")[0] == _NAME]:
            del sys.modules[name]
        importlib.import_module(_NAME)


def _put_in_place() -> None:
    spec = importlib.util.find_spec(_NAME)
    if spec is None or spec.loader is None or spec.origin is None:
        raise ImportError(_NAME)
    loader, package = spec.loader, importlib.util.module_from_spec(spec)

    def missing(name: str) -> Any:
        """What the import system and users ask for that is not there yet (PEP 562)."""
        if importlib.util.find_spec(f"{_NAME}.{name}") is not None:
            raise AttributeError(name)  # a submodule: `from aiohttp import hdrs` imports it then
        vars(package).pop("__getattr__", None)
        loader.exec_module(package)
        return getattr(package, name)

    vars(package).update(__version__=_version(spec.origin), __getattr__=missing)
    sys.modules[_NAME] = package


def _version(origin: str) -> str:
    """Read, not asked of the installed metadata: that would cost what is saved here."""
    found = _VERSION.search(Path(origin).read_text("utf-8"))
    if found is None:
        raise ImportError(origin)
    return found[1]
