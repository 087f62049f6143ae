"""Two libraries are imported in part, and nobody can tell but by the clock."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGIN = "import sys\nfrom proxy.runtime import lean_imports as lean\n"
TELL = (
    "print(*sorted({'aiohttp.client', 'aiohttp.web', 'aiohttp.http_parser', 'rich'} & sys.modules.keys()))\n"
)


def said(program: str) -> list[str]:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGIN + program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_client_is_not_imported_and_comes_when_it_is_asked_for() -> None:
    program = (
        "lean.import_lean()\n" + TELL + "import aiohttp\n"
        "from aiohttp import hdrs, http_exceptions\n" + TELL + "print(aiohttp.__version__)\n"
        "print(hasattr(aiohttp, 'no_such_name'), aiohttp.ClientSession.__module__)\n"
        "from aiohttp import web\n"
        "print(issubclass(web.HTTPNotFound, web.HTTPException))\n"
    )
    version = importlib.metadata.version("aiohttp")
    assert said(program) == [
        "aiohttp.http_parser",
        "aiohttp.http_parser",
        version,
        "False aiohttp.client",
        "True",
    ]


def test_what_was_imported_before_is_left_alone() -> None:
    program = (
        "import aiohttp\nbefore = aiohttp\nlean.import_lean()\nimport aiohttp\nprint(aiohttp is before)\n"
    )
    assert said(program) == ["True"]


def test_a_release_that_does_not_stand_it_is_imported_whole() -> None:
    program = "lean._NEEDED = ('aiohttp.client_proto', 'aiohttp.no_such_module')\nlean.import_lean()\n" + TELL
    assert said(program + "import aiohttp\nprint(aiohttp.ClientSession.__name__)\n") == [
        "aiohttp.client aiohttp.http_parser",
        "ClientSession",
    ]


def test_structlog_comes_without_its_painters_and_they_can_be_imported_after() -> None:
    program = (
        "sys.modules['rich'] = None\nlean.import_lean()\nprint(sys.modules.get('rich', 'gone'))\n"
        "del sys.modules['rich']\nimport structlog\nprint(structlog.dev.rich)\n"
    )
    assert said(program) == ["None", "None"]
    program = "lean.import_lean()\nprint('rich' in sys.modules, 'better_exceptions' in sys.modules)\n"
    assert said(program) == ["False False"]
