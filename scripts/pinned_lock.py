"""A lock of uv's that says what the pinned requirements say: what uv's tools for audits and bills of material read.

Made in a scratch directory each time; the requirements stay the one place where pins stand.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from proxy import __version__
from scripts.bootstrap import ROOT

REQUIREMENTS = ROOT / "requirements"
NAME = "binance-signing-proxy"
_PIN = re.compile(r"^[a-z0-9][^\s\\]*==\S+(?: ;[^\\\n]*)?", re.MULTILINE)


def pins(*files: str) -> list[str]:
    """The pins of these requirement files, with their markers: `idna==3.20`."""
    found = (_PIN.findall((REQUIREMENTS / file).read_text("utf-8")) for file in files)
    return sorted({pin.strip() for one in found for pin in one})


def name_and_version(pin: str) -> tuple[str, str]:
    name, _, version = pin.partition(";")[0].strip().partition("==")
    return name, version


@contextmanager
def locked(uv: str, dependencies: list[str], exactly: list[str]) -> Iterator[Path]:
    """A project with these dependencies, locked to pins (`exactly`) whatever packages say of each other; only inside
    the block. Raises subprocess.CalledProcessError."""
    with TemporaryDirectory(prefix="pinned-") as scratch:
        project = Path(scratch)
        (project / "pyproject.toml").write_text(
            f'[project]\nname = "{NAME}"\nversion = "{__version__}"\nrequires-python = ">=3.12"\n'
            f"dependencies = {json.dumps(dependencies)}\n"
            f"[tool.uv]\noverride-dependencies = {json.dumps(exactly)}\n"
        )
        command = [uv, "lock", "--quiet", "--python", sys.executable]
        subprocess.run(command, check=True, cwd=project)
        yield project
