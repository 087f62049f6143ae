"""Small private files: opened once, judged by what was opened, read within bounds."""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from proxy.core.errors import ConfigError
from proxy.core.key_shapes import shown_place
from proxy.core.secret import Secret
from proxy.platform import files

MAX_OCTETS: Final = 64 * 1024
SECRET_MOUNTS: Final = [Path("/run/secrets")]
"""Where container engines mount secrets, usually root-owned and readable by all inside the container."""

_WORDS: Final = {
    errno.ENOENT: "does not exist",
    errno.EACCES: "cannot be read by this user",
    errno.EISDIR: "is a directory",
    errno.ENOTDIR: "does not exist",
    errno.ELOOP: "is a chain of links that never ends",
}


def read_secret_file(path: str, what: str) -> Secret:
    """The content of a private file without one final line break.

    Refused: files that others can read, that belong to another user, that are not regular, empty or larger
    than 64 KiB. Raises ConfigError that names path and needed mode; `what` says whose file it is.
    """
    return Secret(_without_final_newline(_read(path, what, private=True), path, what))


def read_public_file(path: str, what: str) -> str:
    """The content of a file that need not be private, without one final line break. Raises ConfigError."""
    content = _without_final_newline(_read(path, what, private=False), path, what)
    return content.decode("utf-8", "backslashreplace")


def _without_final_newline(octets: bytes, path: str, what: str) -> bytes:
    """Editors end a file with a line break; it is no part of the secret. Anything more is left to be judged."""
    content = octets.removesuffix(b"\n").removesuffix(b"\r") if octets.endswith(b"\n") else octets
    if not content:
        raise ConfigError(f"{path}: is empty ({what})", "put the value into it, on one line")
    return content


def _read(path: str, what: str, *, private: bool) -> bytes:
    try:
        # A named pipe cannot hold the start-up; it is refused just below.
        handle = files.open_to_read(Path(path).expanduser(), follow=True)
    except (OSError, ValueError, RuntimeError) as error:
        words = _WORDS.get(getattr(error, "errno", None) or 0, "cannot be opened")
        raise ConfigError(f"{shown_place(path)}: {words} ({what})", "check the path and its owner") from None
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            raise ConfigError(
                f"{path}: is not a regular file ({what})", "write the value into a file of mode 0600"
            )
        if private:
            _require_private(facts, path, what)
        with open(handle, "rb", closefd=False) as file:  # a descriptor, not a path
            octets = file.read(MAX_OCTETS + 1)
    finally:
        os.close(handle)
    if len(octets) > MAX_OCTETS:
        raise ConfigError(
            f"{path}: is larger than {MAX_OCTETS // 1024} KiB ({what})", "is this the right file?"
        )
    return octets


def _require_private(facts: os.stat_result, path: str, what: str) -> None:
    mode = stat.S_IMODE(facts.st_mode)
    if _in_secret_mount(path):
        if files.is_writable_by_others(facts):
            raise ConfigError(
                f"{path}: can be changed by other users (mode {mode:04o}, {what})",
                "mount it with mode 0444 or 0400",
            )
        return
    if not files.is_own(facts):
        raise ConfigError(
            f"{path}: belongs to another user (uid {facts.st_uid}, the gateway runs as {files.own_user()}, {what}); "
            "it must be your own, mode 0600",
            f"chown {files.own_user()} {path} && chmod 600 {path}",
        )
    if files.is_open_to_others(facts):
        raise ConfigError(
            f"{path}: can be read by other users (mode {mode:04o}, {what}); it needs mode 0600",
            f"chmod 600 {path}",
        )


def _in_secret_mount(path: str) -> bool:
    real = Path(path).expanduser().resolve()
    return any(real.is_relative_to(mount) for mount in SECRET_MOUNTS)
