"""What a process has used, from Linux: processor time and memory."""

import re
import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads so far, in nanoseconds' resolution.

    The number is that of clock_getcpuclockid(3), which Python does not have: the process's clock that counts what
    the scheduler gave it.
    """
    return time.clock_gettime(~pid << 3 | 2)


def wanted_seconds(pid: int) -> float:
    """Processor time that its threads had or stood in the queue for: what they would have had if they were alone."""
    threads = [file.read_text().split() for file in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(ran) + int(waited) for ran, waited, _ in threads) / 1e9


def forget_peak(pid: int) -> None:
    """Let VmHWM begin anew (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def memory_kib(pid: int, what: str = "VmRSS") -> int:
    """`VmRSS` (resident now) or `VmHWM` (the most it ever was), in KiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{what}:\s+([0-9]+) kB$", status, re.MULTILINE)
    assert found, what
    return int(found[1])
