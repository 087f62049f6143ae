"""From a request that was read to the observation that the engine judges: the user's keys, the time, the host."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Final, Protocol

from msgspec import structs

from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import Observation, Transport
from proxy.core.diagnosis.frames.frame import read_frame
from proxy.core.signing.algorithms import HmacKey, SigningKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import BodyKind, Header, RawRequest, body_kind, find_pairs
from proxy.explain.found_request import SeenRequest

_KEY: Final = b"x-mbx-apikey"
_KEY_FORM: Final = re.compile(rb"[A-Za-z0-9]{64}")
_PREFIXES: Final = (b"/api/", b"/sapi/", b"/fapi/", b"/dapi/", b"/eapi/", b"/papi/", b"/ws-api/")
_C2C: Final = b"/sapi/v1/c2c/"
STAND_IN_KEY: Final = "Kq3vT8sLw2Zx7Rb5Nc9Hd4Jf6Gm1PyQtVzXsWrDkFgBhYnCuEaLiMoSeTjRpA7W2"
"""A key-shaped text, for a form that does not hold the header: its absence from the text proves nothing."""


class Account(Protocol):
    """The part of `proxy.credentials.accounts.Account` that is used."""

    @property
    def name(self) -> str: ...
    @property
    def api_key(self) -> str: ...
    @property
    def signing(self) -> SigningKey: ...


def known_keys(
    seen: SeenRequest, accounts: Iterable[Account], default: Account | None
) -> tuple[KnownKey, ...]:
    """The account of the API key in the request, else the default one, then the others: the key in the request
    may itself be the mistake."""
    sent = _sent_key(seen)
    ordered = sorted(accounts, key=lambda one: (one.api_key.encode() != sent, one is not default))
    return tuple(
        KnownKey(one.name, one.api_key or _key_of(sent, one.signing), one.signing) for one in ordered
    )


def _key_of(sent: bytes | None, signing: SigningKey) -> str | None:
    """The API key of a secret that came without one: the key in the request, if it has the form of a key."""
    if sent is None or not _KEY_FORM.fullmatch(sent):
        return None
    if isinstance(signing, HmacKey) and signing.secret.reveal() == sent:
        return None
    return sent.decode("ascii")


def _sent_key(seen: SeenRequest) -> bytes | None:
    if seen.transport is Transport.WEBSOCKET:
        frame = read_frame(seen.request.body)
        return frame.api_key if frame else None
    value = seen.request.header(_KEY) if seen.key_seen else None
    return value.strip() if value is not None else None


def observation_of(seen: SeenRequest, keys: tuple[KnownKey, ...]) -> Observation:
    """What the engine gets. The answer's own time goes before the sender's clock."""
    answered_at = read_answer(seen.answer)
    told = answered_at is not None and answered_at.server_ms is not None
    return Observation(
        request=_completed(seen, keys),
        host=seen.host,
        transport=seen.transport,
        answer=seen.answer,
        keys=keys,
        exchange_ms=None if told else seen.started_ms,
    )


def _completed(seen: SeenRequest, keys: tuple[KnownKey, ...]) -> RawRequest:
    """With the headers that the text could not hold, as the right request has them."""
    request = seen.request
    if seen.headers_seen and seen.key_seen:
        return request
    if not seen.headers_seen and seen.key_seen and request.header(_KEY) is not None:
        return structs.replace(request, headers=(*request.headers, *_others(seen)))
    key = next((one.api_key for one in keys if one.api_key), None) or STAND_IN_KEY
    kept = tuple(pair for pair in request.headers if pair[0].lower() != _KEY)
    added: tuple[Header, ...] = ((b"X-MBX-APIKEY", key.encode()),)
    more = () if seen.headers_seen else _others(seen)
    return structs.replace(request, headers=(*kept, *added, *more))


def _others(seen: SeenRequest) -> tuple[Header, ...]:
    """The headers beside the key that a right request of this kind has, where the text shows none."""
    request = seen.request
    added: tuple[Header, ...] = ()
    if request.path.startswith(_C2C) and request.header(b"clienttype") is None:
        added = ((b"clientType", b"web"),)
    if body_kind(request.body, None) is BodyKind.FORM and request.header(b"content-type") is None:
        added = (*added, (b"Content-Type", b"application/x-www-form-urlencoded"))
    return added


def concerns_binance(seen: SeenRequest) -> bool:
    """Whether the request is meant for Binance: by host, path, key header or signature."""
    if seen.host is None or "binance" in seen.host or seen.transport is Transport.WEBSOCKET:
        return True
    if is_loopback(seen.host) or seen.request.header(_KEY) is not None:
        return True
    if seen.request.path.startswith(_PREFIXES):
        return True
    return bool(find_pairs(seen.request.query, b"signature") and find_pairs(seen.request.query, b"timestamp"))


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def signs_for_itself(seen: SeenRequest, gateway: tuple[str, int] | None) -> bool:
    """Whether the request goes unsigned to the gateway, as it should."""
    if gateway is None or seen.host is None or seen.port != gateway[1]:
        return False
    same_host = seen.host == gateway[0] or (is_loopback(seen.host) and is_loopback(gateway[0]))
    signed = find_pairs(seen.request.query, b"signature") or find_pairs(seen.request.body, b"signature")
    return same_host and not any(pair.partition(b"=")[2] for pair in signed)
