"""A symbol in another notation."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in


def look(scene: Scene) -> Sighting | None:
    found = [param for param in scene.params if param.name == "symbol" and _wrong(param.value, scene)]
    return Sighting(PROVEN, seen_in(found)) if found else None


def _wrong(symbol: str, scene: Scene) -> bool:
    """Small letters, blanks and slashes anywhere; hyphens and underscores on spot, where no symbol has them."""
    if re.search(r"[a-z/\s:]", symbol) and symbol not in ("undefined", "null"):
        return "{" not in symbol
    spot = scene.path.startswith(b"/api/") or scene.websocket
    return spot and re.fullmatch(r"[A-Z0-9]{2,10}[-_][A-Z0-9]{2,10}", symbol) is not None


SYMPTOM = Symptom(
    page=Page(
        rule="param-symbol-format",
        says="The symbol is written in another notation.",
        why="Libraries write BTC/USDT, BTC-USDT or btcusdt; Binance takes BTCUSDT.",
        see="A slash, a hyphen, a blank or small letters in the symbol.",
        remedy="Use the symbol of exchangeInfo, such as BTCUSDT.",
        example="symbol=BTCUSDT",
    ),
    look=look,
    codes=frozenset({-1100, -1121, -1102}),
)
