"""How many descriptors there are, and how many clients may take."""

import resource
import subprocess
import sys

import pytest

from proxy.runtime.descriptors import first_kept_back, for_clients, raise_limit


@pytest.mark.parametrize(
    ("there", "in_flight", "clients"),
    [
        (1, 256, 1),
        (42, 256, 1),
        (64, 256, 12),
        (256, 256, 108),
        (256, 20, 196),
        (1024, 256, 728),
        (1_048_576, 256, 1_048_280),
    ],
)
def test_clients_leave_enough_for_the_rest(there: int, in_flight: int, clients: int) -> None:
    """Half of what is left, or all but one for each request under way."""
    assert for_clients(there, in_flight) == clients


def test_no_bound_is_no_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """RLIM_INFINITY is -1."""
    unbounded = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    monkeypatch.setattr(resource, "getrlimit", lambda _: unbounded)
    assert for_clients(raise_limit(), 256) > 1_000_000
    assert first_kept_back() > 1_000_000


def test_the_last_ones_are_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 1024))
    assert first_kept_back() == 56


def test_the_soft_limit_is_lifted_to_the_hard_one() -> None:
    """In a child: the limit is the process's own."""
    program = (
        "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (100, 300));"
        "from proxy.runtime.descriptors import raise_limit;"
        "print(raise_limit(), r.getrlimit(r.RLIMIT_NOFILE), raise_limit())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "300 (300, 300) 300"
