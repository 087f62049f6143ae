"""What every process that a test starts is given.

None of them writes bytecode. One that may write files of 20 KB only, is killed, becomes another user or lives in
another time would leave torn or misdated files beside the sources and in `.venv`, and whatever is imported later would
read them. (`make setup` has compiled everything, so that they start no slower.)
"""

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NO_BYTECODE: Final = {"PYTHONDONTWRITEBYTECODE": "1"}
"""In the environment of the tests themselves (tests/conftest.py), and so in that of all that inherit it."""


def bare_environment(**more: str) -> dict[str, str]:
    """For a process that inherits nothing: where programs are, and this source tree."""
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), **NO_BYTECODE, **more}
