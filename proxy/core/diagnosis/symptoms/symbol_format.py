"""A symbol is written otherwise than Binance writes it: btcusdt, BTC/USDT, BTC-USDT."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    found = [param for param in request.params if param.name == "symbol" and _wrong(param.value, request)]
    return Sighting(PROVEN, seen_in(found)) if found else None


def _wrong(symbol: str, request: ParsedRequest) -> bool:
    """Small letters, blanks and slashes anywhere; hyphens and underscores on spot, where no symbol has them."""
    if "×" in symbol:
        return False  # "&times" as a web page shows it: what follows is the next parameter
    if re.search(r"[a-z/\s:]", symbol) and symbol not in ("undefined", "null"):
        return "{" not in symbol
    spot = request.path.startswith(b"/api/") or request.websocket
    return spot and re.fullmatch(r"[A-Z0-9]{2,10}[-_][A-Z0-9]{2,10}", symbol) is not None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-symbol-format",
        says="The symbol is written in another notation.",
        why="Libraries write BTC/USDT, BTC-USDT or btcusdt; Binance takes BTCUSDT.",
        see="A slash, a hyphen, a blank or small letters in the symbol.",
        remedy="Write the symbol as exchangeInfo has it: BTCUSDT, without '/', '-' or '_'.",
        example="symbol=BTCUSDT",
    ),
    detect=detect,
    codes=frozenset({-1100, -1121, -1102}),
)
