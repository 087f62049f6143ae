"""Work within bounds ends with words, and leaves nothing behind."""

import re
import resource
import signal
import threading
import time

import pytest

from proxy.core.errors import UsageError
from proxy.runtime.bounded import bounded


def search_for_ever() -> None:
    while True:
        re.match(r"(?:a?){25}a{25}b", "a" * 25)


def sleep_and_expect_faults() -> None:
    try:
        time.sleep(1)
    except OSError:
        pytest.fail("it looked like a fault of the system")


def test_what_takes_too_long_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(UsageError, match=r"longer than 0\.05 seconds") as told, bounded("less", seconds=0.05):
        search_for_ever()
    assert time.monotonic() - began < 5
    assert told.value.hint == "less"


def test_a_handler_of_file_faults_does_not_take_the_bound_for_one() -> None:
    with pytest.raises(UsageError), bounded("", seconds=0.01):
        sleep_and_expect_faults()


def test_what_takes_too_much_memory_is_stopped() -> None:
    with pytest.raises(UsageError, match="more than 64 MiB of memory"), bounded("", octets=64 * 1024 * 1024):
        bytearray(128 * 1024 * 1024)
    assert len(bytearray(128 * 1024 * 1024)) > 0


def test_nothing_is_left_behind() -> None:
    before = (
        signal.getsignal(signal.SIGALRM),
        resource.getrlimit(resource.RLIMIT_AS),
        signal.getitimer(signal.ITIMER_REAL)[0] > 0,
    )
    with bounded(""):
        pass
    with pytest.raises(ValueError, match="another"), bounded(""):
        raise ValueError("another fault stays what it is")
    assert before == (
        signal.getsignal(signal.SIGALRM),
        resource.getrlimit(resource.RLIMIT_AS),
        signal.getitimer(signal.ITIMER_REAL)[0] > 0,
    )


def test_in_another_thread_there_is_no_clock_and_no_fault() -> None:
    done: list[int] = []

    def work() -> None:
        with bounded("", seconds=0.001):
            time.sleep(0.05)
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]
