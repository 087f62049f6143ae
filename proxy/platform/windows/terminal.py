"""The console: `getpass` reads from it without showing."""

import contextlib
from collections.abc import Iterator

HIDES_TYPING = False


@contextlib.contextmanager
def unseen(descriptor: int) -> Iterator[None]:
    yield
