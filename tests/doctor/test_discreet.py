"""The last look at each text: secrets, keys and the home directory do not get out."""

from pathlib import Path

from proxy.core.secret import Secret
from proxy.doctor.discreet import Discreet, shown_key

KEY, SECRET = "abcd" + "0" * 56 + "wxyz", b"the-secret-text"


def test_what_must_not_be_told_is_not() -> None:
    tell = Discreet([KEY], [Secret(SECRET)], Path("/home/maria"))
    text = (
        f"key {KEY}, {SECRET.decode()}, {SECRET.hex()}, dGhlLXNlY3JldC10ZXh0, /home/maria/keys at /home/maria"
    )
    assert tell(text) == "key abcd...wxyz, ********, ********, ********, ~/keys at ~"


def test_nothing_moves_the_cursor() -> None:
    for home in (Path("/"), None):
        assert Discreet([], [], home)("a\x1b[2Jb\nc/d") == "a\\x1b[2Jb\\nc/d"


def test_a_short_key_is_not_shown_at_all() -> None:
    assert shown_key("short") == "********"
