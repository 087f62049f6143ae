"""An archive of Fiddler (`.saz`): a zip with each request in `raw/N_c.txt` and its answer in `raw/N_s.txt`."""

import re
from collections.abc import Mapping
from typing import Final

_MESSAGE: Final = re.compile(r"raw[/\\](?P<number>[0-9]{1,9})_(?P<whose>[cs])\.txt", re.IGNORECASE)
_CONNECT: Final = b"CONNECT "


def is_message(name: str) -> bool:
    """Whether a file of the archive holds a request or an answer."""
    return bool(_MESSAGE.fullmatch(name))


def requests_of(held: Mapping[str, bytes]) -> list[bytes]:
    """One text with every request and its answer behind it, by their numbers; tunnels left out. Empty where there
    is none."""
    messages = {
        (int(found["number"]), found["whose"].lower()): octets
        for name, octets in held.items()
        if (found := _MESSAGE.fullmatch(name))
    }
    numbers = sorted(
        number
        for number, whose in messages
        if whose == "c" and not messages[number, whose].startswith(_CONNECT)
    )
    texts = [messages[number, "c"] + b"\r\n" + messages.get((number, "s"), b"") for number in numbers]
    return [b"\r\n".join(texts)] if texts else []
