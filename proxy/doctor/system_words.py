"""What the system says of files, in words of our own."""

import errno
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORDS: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ENOENT: "does not exist",
        errno.EACCES: "this user may not",
        errno.EPERM: "this user may not",
        errno.EROFS: "the file system is read-only",
        errno.ENOSPC: "no space is left on the disk",
        errno.EDQUOT: "the disk quota is used up",
        errno.ENOTDIR: "a part of the path is no directory",
        errno.EISDIR: "is a directory",
        errno.ELOOP: "is a link",
        errno.EIO: "the disk does not work (input/output error)",
        errno.ENAMETOOLONG: "the name is too long",
    }
)


def system_words(error: OSError) -> str:
    """Why, in a few words."""
    return _WORDS.get(error.errno or 0, type(error).__name__)
