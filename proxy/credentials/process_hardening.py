"""Keep other processes of the same user from reading secrets out of this one.

Linux: a process that is not dumpable has its /proc/PID/mem and /proc/PID/environ closed to everyone but root,
cannot be attached to by ptrace, and leaves no core (prctl(2), PR_SET_DUMPABLE). Elsewhere only the core limit, on
Windows nothing.
"""

from proxy.platform import process


def shield_process() -> bool:
    """No core dumps, not dumpable; call it before the first secret is read. Whether all of it took hold."""
    return process.shield()
