"""The one type that holds a secret. It prints as stars, cannot be pickled, copied or compared."""

from typing import Any, Final, NoReturn, final

STARS: Final = "********"


@final
class Secret:
    """Octets that must never be shown. `reveal()` is the only way in; grep for it to see every reader."""

    __slots__ = ("_octets",)

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    def reveal(self) -> bytes:
        return self._octets

    def __len__(self) -> int:
        return len(self._octets)

    def __repr__(self) -> str:
        return f"Secret({STARS})"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return STARS

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("secrets are not compared; use hmac.compare_digest on reveal()")

    __hash__ = None  # type: ignore[assignment]  # unhashable on purpose: a set of secrets would compare them

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a secret is not copied, pickled or serialised")
