"""Files of POSIX systems."""

import threading
from pathlib import Path

import pytest

from proxy.platform.posix.files import locked_directory


def test_a_directory_is_locked_for_a_block(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked_directory(tmp_path):
            order.append("second")

    with locked_directory(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    with pytest.raises(FileNotFoundError), locked_directory(tmp_path / "none"):
        raise AssertionError
