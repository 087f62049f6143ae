"""`SHA256SUMS`, in the form that `sha256sum -c` reads (GNU coreutils)."""

import hashlib
from collections.abc import Mapping
from typing import Final

NAME: Final = "SHA256SUMS"


def sums(members: Mapping[str, bytes]) -> bytes:
    """A line for each file by its name beside the sums. Names hold no backslash and no line break."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in members.items())
    return "".join(lines).encode("ascii")
