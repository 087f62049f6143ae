"""API keys as the exchange stores them: for HMAC the shared secret, otherwise the public half only."""

import re
from dataclasses import dataclass, field
from typing import Literal

type KeyKind = Literal["hmac", "rsa", "ed25519"]
type Permission = Literal["read", "spot", "margin", "futures", "withdraw", "transfer", "c2c"]

ALL_PERMISSIONS: frozenset[Permission] = frozenset(
    ("read", "spot", "margin", "futures", "withdraw", "transfer", "c2c")
)
KEY_FORMAT = re.compile(r"[A-Za-z0-9]{64}")


@dataclass(frozen=True, slots=True)
class SandboxKey:
    """One registered key.

    api_key: 64 letters and digits; anything else could never pass the format check (-2014).
    secret: the HMAC secret, or the public key in PEM form for RSA and Ed25519.
    permissions: what the key may do; lacking one gives -2015 (C2C: -1002).
    allowed_ips: None for any; else any other address gives -2015.
    account: keys of one name share balances and orders.
    unknown_on: path prefixes whose service answers -2008 although the key is good elsewhere, with
        `unknown_status` (401, or 400 as seen on `/sapi`). Reported of C2C services in 2025.
    """

    api_key: str
    kind: KeyKind
    secret: str = field(repr=False)
    permissions: frozenset[Permission] = ALL_PERMISSIONS
    allowed_ips: frozenset[str] | None = None
    account: str = "main"
    unknown_on: tuple[str, ...] = ()
    unknown_status: int = 401

    def is_unknown_at(self, path: str) -> bool:
        return any(path.startswith(prefix) for prefix in self.unknown_on)


def demo_keys() -> tuple[SandboxKey, ...]:
    """Keys of the stand-alone sandbox. They are made up and say so."""
    return (
        SandboxKey("testkey" + "0" * 57, "hmac", "testsecret" + "0" * 54),
        SandboxKey("testreadonly" + "0" * 52, "hmac", "testsecret" + "1" * 54, frozenset(("read",))),
    )
