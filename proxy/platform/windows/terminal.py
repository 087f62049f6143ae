"""The console: `getpass` reads from it without showing."""

import contextlib
from collections.abc import Iterator

HIDES_TYPING = False


def is_ours(descriptor: int) -> bool:
    """A console has no jobs in the background."""
    return True


@contextlib.contextmanager
def unseen(descriptor: int) -> Iterator[None]:
    yield
