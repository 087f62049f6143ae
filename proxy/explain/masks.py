"""Stars for the user's secrets, wherever they stand in something that is about to be shown."""

from collections.abc import Iterable

from proxy.core.foreign import Foreign
from proxy.core.secret import Secret
from proxy.core.secret_forms import Stars


class Masks:
    """Knows the forms of all loaded secrets. What passes is still somebody else's: octets, or foreign text."""

    __slots__ = ("_stars",)

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._stars = Stars(secret.reveal() for secret in secrets)

    def octets(self, raw: bytes) -> bytes:
        return self._stars.octets(raw)

    def text(self, raw: str) -> Foreign:
        return Foreign(self._stars.text(raw))

    def __repr__(self) -> str:
        return "Masks(...)"
