"""One question to the exchange and what came of it: what verdicts on a key stand on. Data only, safe to store.

It holds no key, secret, signature, address or value of a parameter. `message` is kept only where it is a documented
text of Binance's (`known_text.py`).
"""

from enum import StrEnum

import msgspec

from proxy.core.catalogue import Needs


class Recomputed(StrEnum):
    """Whether the signature that went out was made again from the octets that went out, and was the same."""

    RIGHT = "right"
    WRONG = "wrong"
    UNCHECKED = "unchecked"


class Probe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request of one account and its answer. Times are Unix ms, durations ms.

    `method`, `path`: of the catalogue, without a query. `host`: that it went to, with its port where that is not 443.
    `account`: name or tag, never a key. `needs`: what the endpoint asks for; a public one says nothing about a key.
    `status` is None where no answer came; then `fault` says why ("dns: name not found").
    `code`: of the body, a string on C2C. `clock_offset_ms`: exchange minus local time, if measured.
    `weight_used`: of the address in this minute, as the answer told it. `edge_request_id`: what support can look up.
    """

    method: str
    path: str
    host: str
    account: str
    at_ms: int
    needs: Needs = Needs.SIGNED
    status: int | None = None
    code: int | str | None = None
    message: str = ""
    fault: str = ""
    round_trip_ms: float | None = None
    signature: Recomputed = Recomputed.UNCHECKED
    clock_offset_ms: float | None = None
    recv_window_ms: int | None = None
    weight_used: int | None = None
    retry_after_s: int | None = None
    edge_request_id: str = ""

    @property
    def endpoint(self) -> str:
        """Method and path: `GET /api/v3/account`."""
        return f"{self.method} {self.path}"


class KeyFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a key besides its probes; None where it is not known.

    `ip_restricted`: whether it has a list of addresses, by GET /sapi/v1/account/apiRestrictions.
    `futures_testnet_shape`: 64 lower-case hex digits, as only keys of the futures testnet have.
    """

    ip_restricted: bool | None = None
    futures_testnet_shape: bool = False
