"""Typing that is not shown, on a pseudo-terminal."""

import os
import pty
import termios

from proxy.platform.posix.terminal import unseen


def echoes(descriptor: int) -> bool:
    return bool(termios.tcgetattr(descriptor)[3] & termios.ECHO)


def test_nothing_typed_is_shown_in_the_block_and_what_was_typed_ahead_is_kept() -> None:
    master, terminal = pty.openpty()
    try:
        os.write(master, b"ahead\n")
        shown = os.read(master, 100)  # as a terminal does: whoever changes its mode waits until all is shown
        assert echoes(terminal)
        with unseen(terminal):
            assert not echoes(terminal)
            os.write(master, b"secret\n")
            assert os.read(terminal, 100) == b"ahead\n"
            assert os.read(terminal, 100) == b"secret\n"
        assert echoes(terminal)
        os.write(master, b"after\n")
        shown += os.read(master, 100)
        assert shown == b"ahead\r\nafter\r\n"
    finally:
        os.close(master)
        os.close(terminal)
