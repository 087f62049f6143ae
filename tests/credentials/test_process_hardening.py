"""A shielded process is closed to other processes of the same user."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import os, resource
from proxy.credentials.process_hardening import shield_process
held = shield_process()
# Owned by root once the process is not dumpable: proc(5), /proc/pid.
print(held, resource.getrlimit(resource.RLIMIT_CORE), open('/proc/self/status').read().count('CoreDumping'))
import ctypes
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is Linux's")
def test_it_is_not_dumpable_and_leaves_no_core() -> None:
    """Asked of the kernel itself, with PR_GET_DUMPABLE (3)."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    first, second = done.stdout.splitlines()
    assert first.startswith("True (0, 0)")
    assert second == "0"
