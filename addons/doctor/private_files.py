"""Files of mode 0600, where the system has modes; the one place of the addon that asks what it has."""

import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path


def is_open_to_others(facts: os.stat_result) -> bool:
    """Whether others than this user and root own it, or its mode lets them in. Windows does not tell by `stat`."""
    own_user = getattr(os, "getuid", None)
    if own_user is None:
        return False
    return facts.st_uid not in (own_user(), 0) or bool(stat.S_IMODE(facts.st_mode) & 0o077)


def write_whole(path: Path, lines: Iterable[bytes]) -> int:
    """Write a file of mode 0600 at once or not at all; returns the number of lines. Raises OSError."""
    path = path.expanduser()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    count = 0
    try:
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_OCTETS, 0o600), "wb"
        ) as file:
            for line in lines:
                file.write(line)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return count


def append(path: Path, line: bytes) -> None:
    """Append one line in one write to a file of mode 0600; a symbolic link is not followed. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | _AS_OCTETS
    descriptor = os.open(path.expanduser(), flags, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


_AS_OCTETS: int = getattr(os, "O_BINARY", 0)
"""Windows' C library would end lines in its own way."""
