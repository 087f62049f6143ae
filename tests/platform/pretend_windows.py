"""The program where what Windows lacks is hidden: `python -m tests.platform.pretend_windows run ...`.

This is no Windows. It shows that nothing of ours asks for what is not there, that files of lines are opened as octets,
and that nothing of ours removes or renames a file that it has open. Of how Windows' sockets, consoles, rights, locks
and loops behave it shows nothing.

Python's own library and those of others are imported first: they know their system. `import_all` instead of arguments
imports every module of `proxy` and `addons`.
"""

import asyncio
import builtins
import errno
import importlib
import os
import pkgutil
import select
import signal
import socket
import sys
import time
import types
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

LIBRARIES: Final = (
    "aiohappyeyeballs", "aiohttp", "aiohttp.web", "aiohttp.http_parser", "click", "click.shell_completion", "cryptography.x509",
    "cryptography.hazmat.primitives.asymmetric.ed25519", "cryptography.hazmat.primitives.asymmetric.rsa", "email.utils", "getpass",
    "http.client", "http.server", "httptools", "logging.handlers", "msgspec.json", "multiprocessing", "platform", "prometheus_client",
    "python_socks.async_.asyncio", "sqlite3", "ssl", "structlog", "subprocess", "tempfile", "urllib.request", "webbrowser", "yaml", "zipfile",
)  # fmt: skip
HIDDEN_MODULES: Final = frozenset({"fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "uvloop"})
"""uvloop has no wheel for Windows."""
HIDDEN: Final = {
    os: (
        "geteuid", "getuid", "getegid", "getgid", "fchmod", "fchown", "chown", "statvfs", "fstatvfs", "pread", "pwrite", "set_blocking",
        "getpgrp", "tcgetpgrp", "setsid", "killpg", "mkfifo", "sysconf", "uname",
        "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_DIRECTORY",
    ),
    signal: ("SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTSTP", "SIGCONT", "SIGQUIT", "SIGWINCH", "setitimer", "pthread_sigmask"),
    select: ("poll", "POLLIN", "POLLRDHUP", "epoll"),
    socket: ("AF_UNIX", "SO_PEERCRED"),
    time: ("clock_gettime", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME"),
    asyncio: ("open_unix_connection", "start_unix_server"),
}  # fmt: skip
O_BINARY: Final = 1 << 30
OURS: Final = ("proxy", "addons")


def become_windows() -> None:
    """Hide, and put Windows' own in place. Nothing of ours may be imported before."""
    assert not any(name.partition(".")[0] in OURS for name in sys.modules)
    sys.modules["msvcrt"] = stand_in_for_msvcrt()
    socket.socketpair = partial(socket.socketpair, socket.AF_UNIX)  # asyncio wakes its loop by one
    for owner, names in HIDDEN.items():
        for name in names:
            if hasattr(owner, name):
                delattr(owner, name)
    setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)  # noqa: B010  # mypy knows that it is not there
    setattr(os, "O_BINARY", O_BINARY)  # noqa: B010  # as above
    os.open = opening(os.open)
    for name in ("unlink", "remove", "rename", "replace"):
        setattr(os, name, refused_while_open(getattr(os, name)))
    for loop in (asyncio.SelectorEventLoop, asyncio.AbstractEventLoop):
        for name in (
            "add_signal_handler",
            "remove_signal_handler",
            "create_unix_server",
            "create_unix_connection",
        ):
            setattr(loop, name, not_here)
    builtins.__import__ = importing(builtins.__import__)
    sys.platform = "win32"


def not_here(*_: Any, **__: Any) -> Any:
    raise NotImplementedError


def importing(real: Callable[..., Any]) -> Callable[..., Any]:
    """Python's own modules go on to import what they need."""

    def import_(name: str, names: Any = None, *rest: Any, **more: Any) -> Any:
        importer = str((names or {}).get("__name__", ""))
        if name.partition(".")[0] in HIDDEN_MODULES and importer.partition(".")[0] in OURS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, names, *rest, **more)

    return import_


def opening(real: Callable[..., int]) -> Callable[..., int]:
    """Without O_BINARY the C library would change the ends of lines; a directory cannot be opened."""

    def open_(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        caller = sys._getframe(1).f_globals["__name__"]
        if caller.partition(".")[0] in OURS:
            if dir_fd is not None:
                raise NotImplementedError("dir_fd unavailable on this platform")
            if Path(path).is_dir():
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
            assert flags & O_BINARY or path == os.devnull, f"{caller} opens {path} as text"
        return real(path, flags & ~O_BINARY, mode)

    return open_


def refused_while_open(real: Callable[..., None]) -> Callable[..., None]:
    """What this process has open can neither be removed nor renamed, nor be replaced by another file."""

    def act(*paths: Any, **more: Any) -> None:
        for path in paths:
            if is_open(path):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        real(*paths, **more)

    return act


def is_open(path: Any) -> bool:
    try:
        sought = os.lstat(path)
    except OSError:
        return False
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208  # names alone
        try:
            if os.path.samestat(os.fstat(int(number)), sought):
                return True
        except OSError:  # the one that listed them
            continue
    return False


def stand_in_for_msvcrt() -> types.ModuleType:
    """`locking` by a lock of one octet that belongs to the open file, as Windows' does (fcntl(2), F_OFD_SETLK)."""
    import fcntl
    import struct

    made = types.ModuleType("msvcrt")

    def locking(descriptor: int, mode: int, octets: int) -> None:
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, place, octets, 0)
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, asked)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES)) from None

    vars(made).update(locking=locking, LK_NBLCK=2)
    return made


def import_all() -> int:
    """Every module of ours; how many."""
    count = 0
    for package in OURS:
        for found in pkgutil.walk_packages([package], f"{package}."):
            if (
                found.name not in ("proxy.__main__", "proxy.pytest_plugin")
                and ".platform.posix" not in found.name
            ):
                importlib.import_module(found.name)
                count += 1
    return count


if __name__ == "__main__":
    everything = sys.argv[1:] == ["import_all"]
    for library in (*LIBRARIES, *(("mitmproxy.addons", "mitmproxy.test.tflow") if everything else ())):
        importlib.import_module(library)
    become_windows()
    if everything:
        print(import_all())
    else:
        from proxy.__main__ import main

        sys.exit(main(sys.argv[1:]))
