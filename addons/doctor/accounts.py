"""Keys to diagnose with, read from files that the user's options name.

    binance_api_secret_file=FILE                 one key; FILE holds the HMAC secret, or a PEM key
    binance_accounts=NAME=KEYFILE,SECRETFILE     one account; give the option again for each further one

Public halves of RSA and Ed25519 keys are enough to verify with, and then no secret is needed at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from addons.doctor.private_files import is_open_to_others
from proxy.core.errors import ConfigError
from proxy.core.key_shapes import described, is_key_as_name
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey, PrivateKey, PublicKey, load_private_key
from proxy.core.signing.known_key import KnownKey

type Signing = HmacKey | PrivateKey | PublicKey

_LARGEST: Final = 65_536
_ACCOUNT: Final = re.compile(r"(?P<name>[A-Za-z0-9_.-]{1,64})=(?P<key>[^,]+),(?P<secret>[^,]+)")
_MOUNTED: Final = Path("/run/secrets")  # a container's secrets are root's and 0444 there


@dataclass(frozen=True, slots=True)
class Keys:
    """What the options gave: keys to compute with, and every secret read, so that none is ever written."""

    known: tuple[KnownKey, ...] = ()
    secrets: tuple[Secret, ...] = ()

    def for_request(self, api_key: bytes | None) -> tuple[KnownKey, ...]:
        """The account of the request first, then one without a key, then the others."""
        sent = (api_key or b"").decode("latin-1")
        return tuple(sorted(self.known, key=lambda key: (key.api_key != sent, key.api_key is not None)))


def read_accounts(secret_file: str, accounts: Sequence[str]) -> Keys:
    """All keys that the options name. Raises ConfigError, which never holds a word of a file."""
    read = [_account(spec) for spec in accounts]
    names = [key.name for key, _ in read]
    if len(set(names)) != len(names):
        raise ConfigError("binance_accounts: two accounts have the same name", "give each its own name")
    if secret_file:
        signing, secret = read_signing(_path(secret_file), "binance_api_secret_file")
        read.insert(0, (KnownKey("default", None, signing), secret))
    return Keys(tuple(key for key, _ in read), tuple(secret for _, secret in read if secret is not None))


def _account(spec: str) -> tuple[KnownKey, Secret | None]:
    found = _ACCOUNT.fullmatch(spec.strip())
    if found is None:
        raise ConfigError(
            "binance_accounts: an entry is not NAME=KEYFILE,SECRETFILE",
            "give two files, never the key or the secret itself",
        )
    if is_key_as_name(found["name"]):
        raise ConfigError(
            f"binance_accounts: the name of an account is no name: {described(found['name'])}",
            "NAME=KEYFILE,SECRETFILE: two files, never the key or the secret itself",
        )
    option = f"account {found['name']} of binance_accounts"
    api_key = _octets(_path(found["key"]), option).strip()
    if not api_key.isascii() or not api_key:
        raise ConfigError(f"the key file of account {found['name']} holds no API key")
    signing, secret = read_signing(_path(found["secret"]), option)
    return KnownKey(found["name"], api_key.decode("ascii"), signing), secret


def read_signing(path: Path, option: str) -> tuple[Signing, Secret | None]:
    """What a file can sign or verify with: an HMAC secret, a private or a public key in PEM."""
    octets = _octets(path, option)
    if b"-----BEGIN PUBLIC KEY-----" in octets:
        return _public(octets, path), None
    _refuse_open(path)
    secret = Secret(octets.strip())
    if octets.lstrip().startswith(b"-----BEGIN"):
        return load_private_key(secret, None), secret
    if not len(secret):
        raise ConfigError(f"{path} is empty", "it must hold the API secret")
    return HmacKey(secret), secret


def _public(octets: bytes, path: Path) -> PublicKey:
    try:
        key = load_pem_public_key(octets)
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigError(f"the public key in {path} cannot be read") from None
    if not isinstance(key, rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
        raise ConfigError(f"the public key in {path} is neither RSA nor Ed25519")
    return PublicKey(key)


def _path(text: str) -> Path:
    return Path(text.strip()).expanduser()


def _octets(path: Path, option: str) -> bytes:
    """The file's octets. What is not a file is not named in the error: it may be the secret itself."""
    try:
        if not path.is_file():
            raise ConfigError(f"{option}: there is no such file", "name a file, never the secret itself")
        with path.open("rb") as file:
            octets = file.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError(f"{option}: the file cannot be read ({error.strerror})") from None
    if len(octets) > _LARGEST:
        raise ConfigError(f"{path} is too large to be a key")
    return octets


def _refuse_open(path: Path) -> None:
    """A secret that others can read is no secret; said before it is used, as the gateway does."""
    found = path.stat()
    if _MOUNTED in path.resolve().parents:
        return
    if is_open_to_others(found):
        raise ConfigError(f"{path} can be read by others", f"chmod 600 {path}")
