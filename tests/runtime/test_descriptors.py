"""How many descriptors there are, and how many clients may take."""

import subprocess
import sys

import pytest

from proxy.runtime.descriptors import for_clients


@pytest.mark.parametrize(
    ("there", "clients"),
    [(1, 1), (64, 32), (128, 64), (192, 96), (256, 160), (1024, 928), (1_048_576, 1_048_480)],
)
def test_clients_leave_enough_for_the_rest(there: int, clients: int) -> None:
    assert for_clients(there) == clients


def test_the_soft_limit_is_lifted_to_the_hard_one() -> None:
    """In a child: the limit is the process's own."""
    program = (
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (100, 300));"
        "from proxy.runtime.descriptors import raise_limit;"
        "print(raise_limit(), r.getrlimit(r.RLIMIT_NOFILE), raise_limit())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "300 (300, 300) 300"
