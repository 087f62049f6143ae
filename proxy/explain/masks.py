"""Stars for the user's secrets, wherever they stand in something that is about to be shown."""

from collections.abc import Iterable

from proxy.core.secret import Secret
from proxy.core.secret_forms import Stars


class Masks(Stars):
    """Knows the forms of all loaded secrets."""

    __slots__ = ()

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__(secret.reveal() for secret in secrets)

    def __repr__(self) -> str:
        return "Masks(...)"
