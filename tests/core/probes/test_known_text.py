"""Which texts of answers may be kept."""

import pytest

from proxy.core.probes import known_text


@pytest.mark.parametrize(
    ("message", "kept"),
    [
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
        ("x" * 401, ""),
    ],
)
def test_only_documented_texts_are_kept(message: str, kept: str | None) -> None:
    if kept is None:
        kept = message.replace("'timestamp'", "'(...)'")
    assert known_text(message) == kept
