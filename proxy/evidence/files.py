"""Writing an export: whole or not at all, readable by its owner only."""

from pathlib import Path

from proxy.core.errors import UsageError
from proxy.runtime.files import replace_whole, require_name


def require_free(path: Path, *, replace: bool) -> None:
    """Before work is done that could not be kept. Raises UsageError; an existing file stays unless `replace`."""
    if not replace and (path.exists() or path.is_symlink()):
        raise UsageError(f"{path} exists already", "choose another --out, or add --force")


def write_export(path: Path, data: bytes, *, replace: bool) -> None:
    """Write it in one go. Raises UsageError; an existing file stays unless `replace`."""
    require_free(path, replace=replace)
    require_name(path)
    try:
        replace_whole(path, data, durable=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "choose another --out") from None
