"""Flows as a report gets them: a merchant's key that works on one endpoint and is refused on another."""

from typing import Any

from proxy.core.redaction import ForeignRecord, decode_foreign, encode_record
from proxy.core.redaction.record import (
    ClockRecord,
    FindingRecord,
    FlowRecord,
    IntentRecord,
    PartRecord,
    SideRecord,
)
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import Story, story_of

KEY = "<key:f060413a51:64:0Aa>"
GOOD, BAD = "/api/v3/account", "/sapi/v1/c2c/orderMatch/listOrders"


def flow(
    second: float, path: str = GOOD, status: int | None = 200, code: str = "", **fields: Any
) -> ForeignRecord:
    """One answered, signed read at 10:00:`second`."""
    usual: dict[str, Any] = {
        "method": "GET", "came": SideRecord(), "went": SideRecord(query="recvWindow=5000&timestamp=1"), "key": KEY,
        "server": "api.binance.com", "needs": "signed", "execution": "answered", "account": "main", "key_type": "hmac",
        "request_id": f"r-{second:g}", "environment": "production",
        "headers": [f"x-mbx-uuid: 0994913b-db96-4630-a54a-{int(second * 10):012d}", f"x-mbx-used-weight-1m: {int(second)}"],
        "clock": ClockRecord(source="exchange", exchange_ms=1, offset_ms=second, round_trip_ms=30.0),
    }  # fmt: skip
    whole, part = divmod(second, 1)
    time = f"2026-07-23T10:{int(whole) // 60:02d}:{int(whole) % 60:02d}.{round(part * 1000):03d}Z"
    record = FlowRecord(schema=1, time=time, path=path, status=status, code=code, **{**usual, **fields})
    return decode_foreign(encode_record(record))


def refused(second: float, path: str = BAD, **fields: Any) -> ForeignRecord:
    """One that the exchange does not take."""
    usual: dict[str, Any] = {
        "message": "Invalid Api-Key ID.",
        "signature": "valid",
        "signed": [PartRecord(place="query", name="recvWindow", origin="gateway", octets=15)],
        "findings": [FindingRecord(rule="key-unknown", strength="likely", says="It says so.", remedy="Ask.")],
    }
    return flow(second, path, 401, "-2008", **{**usual, **fields})


def intent(second: int) -> ForeignRecord:
    """A write whose end is not recorded."""
    time = f"2026-07-23T10:00:{second:02d}.000Z"
    record = IntentRecord(schema=1, time=time, request_id="i", method="POST", path="/x", came=SideRecord())
    return decode_foreign(encode_record(record))


MERCHANT = (flow(1), refused(1.5), flow(20), refused(20.2), refused(21, "/sapi/v1/c2c/chat"), intent(30))
NOTHING = ()


def material(*records: ForeignRecord, **more: Any) -> Material:
    return Material(story=story(*records), versions={"python": "3.12.1"}, **more)


def story(*records: ForeignRecord) -> Story:
    return story_of(records)
