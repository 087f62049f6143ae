"""A key that may be at hand when a signature is judged."""

import msgspec

from proxy.core.signing.algorithms import PublicKey, SigningKey


class KnownKey(msgspec.Struct, frozen=True):
    """A key the diagnosis may compute with. Without `signing` only symptoms can be seen."""

    name: str
    api_key: str | None
    signing: SigningKey | PublicKey | None = None
