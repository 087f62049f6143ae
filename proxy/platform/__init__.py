"""What systems do differently, in one room: files and their locks, an open directory, the process, signals, sockets.

Each half has the same modules with the same functions; nobody outside asks which system it is, or takes from the
standard library what only one of them has (`tests/structure/test_platform.py`, and `mypy --platform` for each).
What a system cannot do its half leaves undone and says so; `docs/security.md` has the list.
"""

import sys

if sys.platform == "win32":
    from proxy.platform.windows import directory, files, process, signals, sockets, terminal
else:
    from proxy.platform.posix import directory, files, process, signals, sockets, terminal

__all__ = ["directory", "files", "process", "signals", "sockets", "terminal"]
