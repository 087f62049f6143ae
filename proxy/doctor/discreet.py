"""The last look at every text of a report: no secret, no whole key, no home directory."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from proxy.core.printable import printable
from proxy.core.secret import STARS, Secret

_SHORTEST: Final = 8


class Discreet:
    """Knows what must not be told."""

    def __init__(self, api_keys: Iterable[str], secrets: Iterable[Secret], home: Path | None) -> None:
        keys = ((key, shown_key(key)) for key in api_keys if len(key) >= _SHORTEST)
        told = ((form, STARS) for secret in secrets for form in _forms(secret.reveal()))
        self._replaced = (*told, *keys)
        self._home = str(home) if home is not None and len(home.parts) > 1 else None

    def __call__(self, text: str) -> str:
        """The text, printable, on one line, with stars for secrets, ends for keys, ~ for the home directory."""
        for raw, shown in self._replaced:
            text = text.replace(raw, shown)
        if self._home is not None:
            text = text.replace(f"{self._home}/", "~/")
            if text.endswith(self._home):
                text = f"{text.removesuffix(self._home)}~"
        return printable(text)


def shown_key(api_key: str) -> str:
    """The first and last four characters, as people compare keys; stars for one too short to hide anything."""
    return f"{api_key[:4]}...{api_key[-4:]}" if len(api_key) >= 4 * _SHORTEST else STARS


def _forms(secret: bytes) -> Iterable[str]:
    if len(secret) >= _SHORTEST:
        yield secret.decode("utf-8", "backslashreplace")
        yield secret.hex()
        yield base64.b64encode(secret).decode("ascii")
