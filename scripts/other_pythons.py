"""`make fast` on every other Python of this machine that is supported, about a minute each: called by .ci/run.

Each Python gets an environment of its own (.pythons/3.13), made from the same pinned requirements. A Python that is
not here, or for which no environment can be made in five minutes, is skipped; tests that are not through in time are
stopped; both is told. Exit code 1: a test failed.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from scripts.bootstrap import MINORS, REQUIREMENTS, ROOT, candidates, fill, get_uv, version_of

HOME: Final = ROOT / ".pythons"
MAKING: Final = 300.0
"""Seconds for each step of an environment: a download that hangs must not hold up CI."""

type Version = tuple[int, int]


def here(skipped: Version) -> dict[Version, str]:
    """The path of an interpreter for each supported version but one. The first that runs counts."""
    found: dict[Version, str] = {}
    for candidate in candidates():
        match version_of(candidate):
            case (3, int(minor)), path if minor in MINORS and (3, minor) != skipped:
                found.setdefault((3, minor), path)
    return found


def prepare(name: str, python: str) -> Path:
    """Its environment, made anew when the requirements have changed. Raises SubprocessError."""
    venv = HOME / name
    mark = venv / "requirements.txt"
    if not mark.exists() or mark.read_bytes() != REQUIREMENTS.read_bytes():
        uv = get_uv()
        subprocess.run(
            [uv, "venv", "--quiet", "--clear", "--python", python, str(venv)], check=True, timeout=MAKING
        )
        fill(uv, venv, MAKING)
        mark.write_bytes(REQUIREMENTS.read_bytes())
    return venv / "bin" / "python"


def run_fast(python: Path, seconds: float) -> int | None:
    """The exit code of the tests, None if they were stopped because the time was up."""
    words = ["make", "--no-print-directory", "fast", f"PYTHON={python}", "MORE=--exitfirst"]
    process = subprocess.Popen(words, cwd=ROOT, start_new_session=True)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        return None


def judge(name: str, python: str, seconds: float) -> tuple[bool, str]:
    """Whether this Python is no reason to fail, and what to say about it."""
    began = time.monotonic()
    try:
        made = prepare(name, python)
    except subprocess.SubprocessError as error:
        return True, f"SKIPPED, no environment could be made: {error}"
    code = run_fast(made, seconds)
    took = f"{time.monotonic() - began:.0f} s"
    if code is None:
        return (
            True,
            f"STOPPED after {seconds:.0f} s with nothing failed: a busy machine; --seconds gives more",
        )
    return code == 0, f"good ({took})" if code == 0 else f"FAILED ({took})"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="for the tests on each Python")
    seconds = parser.parse_args().seconds
    mine: Version = sys.version_info[:2]
    found = here(mine)
    told, good = [], True
    for minor in MINORS:
        version, name = (3, minor), f"3.{minor}"
        if version == mine:
            continue
        if version not in found:
            told.append(f"Python {name}: SKIPPED, there is none on this machine")
            continue
        fine, says = judge(name, found[version], seconds)
        good = good and fine
        told.append(f"Python {name}: {says}")
    print(f"Python {mine[0]}.{mine[1]}: `make test`", *told, sep="\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
