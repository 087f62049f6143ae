"""What `explain` shows as the right request, for a wrong one written on one line."""

from typing import Any
from urllib.parse import parse_qsl

from proxy.core.diagnosis.examination import engine
from proxy.core.findings import Diagnosis
from tests.core.diagnosis.checks import NOW, SIGNATURE, request

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "2",
         "recvWindow": "5000", "timestamp": "<now in ms>", "signature": "********"}  # fmt: skip


def told(line: str, code: int | None, **more: Any) -> Diagnosis:
    separator = "&" if "?" in line else "?"
    return engine.diagnose(
        request(f"{line}{separator}timestamp={NOW}&signature={SIGNATURE}", code=code, **more)
    )


def block(line: str, code: int | None = -1022, **more: Any) -> list[str]:
    """The lines of the block."""
    shown = told(line, code, **more).corrected
    assert shown is not None
    return shown.split("\n")


def _order(sent: str) -> str:
    name = sent.partition("=")[0]
    own = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "1",
        "price": "2",
    }
    pairs = [f"{one}={text}" if one != name else sent for one, text in own.items()]
    return "POST /api/v3/order?" + "&".join(pairs if name in own else [*pairs, sent])


def in_order(sent: str, code: int) -> dict[str, str]:
    """The parameters of the block for an order with this pair in it."""
    line = block(_order(sent), code)[0]
    return dict(parse_qsl(line.partition("?")[2], keep_blank_values=True))


def left_out(sent: str, code: int) -> str:
    """Why there is no block for an order with this pair in it."""
    found = told(_order(sent), code)
    assert found.corrected is None
    return found.left_out
