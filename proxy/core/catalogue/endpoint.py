"""One REST endpoint of Binance, as the table describes it."""

from enum import StrEnum

import msgspec


class SecurityType(StrEnum):
    """Binance's own label, for people. What is sent follows `Needs`, because labels and practice differ."""

    NONE = "NONE"
    MARKET_DATA = "MARKET_DATA"
    USER_STREAM = "USER_STREAM"
    TRADE = "TRADE"
    USER_DATA = "USER_DATA"
    MARGIN = "MARGIN"
    PREDICTION_TRADE = "PREDICTION_TRADE"
    SIGNED = "SIGNED"
    """Known to be signed, but the documentation gives no finer label (C2C mostly)."""
    UNKNOWN = "UNKNOWN"
    """No source names a label; `Needs` was inferred from a client library or the family."""


class Needs(StrEnum):
    """What a request must carry. The values are those of the `X-Gateway-Security` header."""

    NONE = "none"
    KEY = "key"
    SIGNED = "signed"
    """API key, timestamp and signature."""


class Endpoint(msgspec.Struct, frozen=True):
    """One row of the table; the meaning of each column is told in docs/catalogue.md."""

    method: str
    path: str
    family: str
    """Table family: spot, sapi, c2c, fapi, dapi, eapi, papi, futures_data or bapi."""
    product: str
    security: SecurityType
    needs: Needs
    weight: int | str
    """A number, or "" where nobody documents one, or words ("variable", "IP 0; counts on ...")."""
    weight_kind: str
    """"IP", "UID", "ORDER" or ""."""
    params_in: frozenset[str]
    """Where business parameters may stand: "query", "form", "json"."""
    mutates: bool
    moves_funds: bool
    moves_funds_kind: str
    sensitive_response: frozenset[str]
    """"credential", "personal", "address"."""
    status: str
    hosts: tuple[str, ...]
    source: str
    note: str
    listed: bool = True
    """False where the family's default stands in for a path that no source knows."""
    resembles: str = ""
    """The listed write that such a path is taken for: `POST /sapi/v1/capital/withdraw/apply`, or ""."""

    @property
    def name(self) -> str:
        """Method and path, the way people write it: `POST /api/v3/order`."""
        return f"{self.method} {self.path}"
