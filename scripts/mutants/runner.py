"""Runs tests in forked children; started with the Python of the judged tree, inside a copy of it.

Reads jobs from stdin, one JSON object a line ({"tests": [...], "seconds": ..., "each": ...}), and answers each with
one line. The libraries that every test needs are imported once, before the first fork; no module of the tree is,
so that each child meets the files as they are at that moment. A child leads a session of its own: whatever it
started ends with it.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

LIBRARIES = (
    "_hypothesis_pytestplugin", "_pytest.assertion.rewrite", "_pytest.debugging", "_pytest.fixtures",
    "_pytest.python", "_pytest.terminal", "aiohttp.pytest_plugin", "aiohttp.test_utils", "aiohttp.web",
    "click.testing", "cryptography.hazmat.primitives.asymmetric.rsa",
    "cryptography.hazmat.primitives.serialization", "cryptography.x509", "httptools", "hypothesis.strategies",
    "msgspec", "multiprocessing", "prometheus_client", "pytest", "pytest_aiohttp.plugin", "pytest_asyncio.plugin",
    "pytest_timeout", "python_socks", "structlog", "xdist", "yaml", "yarl",
)  # fmt: skip
"""Two thirds of a short run is importing these. (pytest warns that it cannot look into them any more.)"""
MEMORY_OCTETS = 4 << 30
"""A fault can make a loop without an end that keeps what it makes."""
_OPTIONS = (
    "-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:faulthandler",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip


def main() -> None:
    root, scratch = Path.cwd(), Path(sys.argv[1])
    sys.path.insert(0, str(root))
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for library in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(library)
    for line in sys.stdin:
        print(json.dumps(_judge(json.loads(line), scratch)), flush=True)


def _judge(job: dict[str, Any], scratch: Path) -> dict[str, Any]:
    output = scratch / "output"
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _test(job, scratch, output)
    status = None
    try:
        status = _wait(child, began + job["seconds"])
    finally:
        _end(child, waited=status is not None)
    said = output.read_text(errors="replace") if output.exists() else ""
    return {
        "code": None if status is None else os.waitstatus_to_exitcode(status),
        "hung": status is None or "Failed: Timeout" in said or "Timeout (>" in said,
        "took": time.monotonic() - began,
        "output": said[-6000:],
    }


def _wait(child: int, deadline: float) -> int | None:
    """The status, or None when its time was over."""
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.02)
    return None


def _end(child: int, *, waited: bool) -> None:
    """With all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    if not waited:
        os.kill(child, signal.SIGKILL)  # it may not have come to lead its group
        os.waitpid(child, 0)


def _test(job: dict[str, Any], scratch: Path, output: Path) -> NoReturn:
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_OCTETS, MEMORY_OCTETS))
        log = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        import pytest  # noqa: PLC0415  # in the child, after its output is led to the file

        code = int(
            pytest.main([
                *_OPTIONS, f"--basetemp={scratch / 'made'}", "-o", f"timeout={job['each']}", *job["tests"],
            ])
        )  # fmt: skip
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
