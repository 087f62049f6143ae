"""Writing an export: whole or not at all, readable by its owner only."""

import os
import secrets
from pathlib import Path

from proxy.core.errors import UsageError


def write_whole(path: Path, data: bytes, *, replace: bool) -> None:
    """Into a new file beside `path`, then renamed. Raises UsageError; an existing file stays unless `replace`."""
    if not replace and (path.exists() or path.is_symlink()):
        raise UsageError(f"{path} exists already", "choose another --out, or add --force")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(part, flags, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "choose another --out") from None
