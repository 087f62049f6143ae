"""Which texts of answers may be kept."""

import pytest

from proxy.core.probes import known_text

_LONG = "Illegal characters found in parameter '{}'; legal range is '{}'.".format("a" * 170, "b" * 170)
"""As long as a text may be that is looked at."""


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        (_LONG, _LONG.replace("a" * 170, "(...)").replace("b" * 170, "(...)")),
        (_LONG.replace("b", "bb", 1), ""),
        ("Invalid Api-Key ID.", "Invalid Api-Key ID."),
        (
            "Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7",
            "Invalid API-key, IP, or permissions for action, request ip: (...)",
        ),
        (
            "Way too much request weight used; IP banned until 1764412345678. Please use WebSocket Streams for live"
            " updates to avoid bans.",
            "Way too much request weight used; IP banned until 1764412345678. Please use WebSocket Streams for live"
            " updates to avoid bans.",
        ),
        ("Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.", None),
        ("Order of Maria Example, 0170 5550199, not found", ""),
        ("", ""),
        ("Invalid Api-Key ID. Maria Example", ""),
    ],
)
def test_only_documented_texts_are_kept(message: str, kept: str | None) -> None:
    if kept is None:
        kept = message.replace("'timestamp'", "'(...)'")
    assert known_text(message) == kept


def test_the_longest_text_is_of_400_characters() -> None:
    assert len(_LONG) == 400
