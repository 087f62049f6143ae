"""RSA and Ed25519 keys of the published test vectors, and requests signed with them by `cryptography` alone."""

import base64
import json
from collections.abc import Callable
from functools import cache
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec.structs import replace

from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.signing.algorithms import PublicKey
from proxy.core.signing.known_key import KnownKey
from tests.core.diagnosis.checks import KEY, NOW, request
from tests.core.diagnosis.recorded import DATA

QUERY = f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp={NOW}"


@cache
def private(name: str) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    """The key of a vector, such as connector-rsa-pkcs8: published for tests, no account has it."""
    vectors = json.loads((DATA / "signing-vectors.json").read_text("utf-8"))["vectors"]
    pem = next(vector["secret_or_private_key"] for vector in vectors if vector["name"] == name)
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey)
    return key


def rsa_key() -> rsa.RSAPrivateKey:
    key = private("connector-rsa-pkcs8")
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def ed25519_key() -> ed25519.Ed25519PrivateKey:
    key = private("connector-ed25519-pkcs8")
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    return key


def sent(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
    signature: bytes,
    *,
    write: Callable[[str], str] = lambda text: quote(text, safe=""),
    code: int | None = -1022,
) -> Observation:
    """A request that carries this signature, with the public half known."""
    text = write(base64.b64encode(signature).decode())
    observation = request(f"POST /api/v3/order?{QUERY}&signature={text}", code=code)
    return replace(observation, keys=(KnownKey("public", KEY, PublicKey(key.public_key())),))
