"""The policies that the proof puts requests before: each bounds something else, several in more than one line."""

from dataclasses import dataclass
from typing import Any, Final

type Settings = dict[str, Any]

WITHDRAW: Final = "POST /sapi/v1/capital/withdraw/apply"
P2P_ORDER: Final = "POST /sapi/v1/c2c/orderMatch/placeOrder"
RELEASE, MARK_PAID = (
    "POST /sapi/v1/c2c/orderMatch/releaseCoin",
    "POST /sapi/v1/c2c/orderMatch/markOrderAsPaid",
)
OWN_ADDRESS, SHARED_ADDRESS = "TXmyOwnAddress", "rShared 104857"
SUB_ACCOUNT = "test_sub_one@example.com"

FAMILIES_OF: Final = {
    "spot": ("spot", "/api/v3/order", "/api/v3/order/cancelReplace"),
    "order lists": ("spot",),
    "margin": ("margin", "/sapi/v1/margin/borrow-repay"),
    "fapi": ("futures", "/fapi/v1/batchOrders", "/fapi/v1/order"),
    "dapi": ("futures", "/dapi/v1/order"),
    "eapi": ("futures", "/eapi/v1/batchOrders"),
    "papi": ("futures",),
    "convert": ("convert",),
    "earn": ("earn",),
    "transfers": ("transfers", "/sapi/v1/asset/transfer"),
    "sub-accounts": ("transfers", "/sapi/v1/sub-account/universalTransfer"),
    "withdrawals": ("/sapi/v1/capital/withdraw/apply",),
    "C2C": ("merchant", "/sapi/v1/c2c/orderMatch/placeOrder"),
}
"""By what lines name them: a profile, or the path of a single operation."""

_ALL = ["spot", "margin", "futures", "transfers", "earn", "convert", "merchant"]
_TRADING = ["spot", "margin", "futures", "convert"]

_QUANTITIES: list[Settings] = [
    {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 0.5},
    {"applies_to": "spot", "symbols": ["ETHUSDT"], "max_quantity": 5},
    {"applies_to": "margin", "symbols": ["BTCUSDT"], "max_quantity": 0.5},
    {"applies_to": "futures", "symbols": ["BTCUSDT", "DOGEUSD_PERP", "BTC-261225-60000-C"], "max_quantity": 5},
    {"applies_to": "convert", "max_quantity": 1},
    {"applies_to": "earn", "max_quantity": 1},
    {"applies_to": "transfers", "coins": ["USDT"], "max_quantity": 1},
    {"applies_to": "merchant", "coins": ["USDT", "USD"], "max_quantity": 600},
    {"applies_to": WITHDRAW, "coins": ["USDT"], "addresses": [OWN_ADDRESS, SHARED_ADDRESS],
     "max_quantity_per_day": 500},
    {"applies_to": P2P_ORDER, "coins": ["USDT", "EUR"], "max_quantity": 100},
]  # fmt: skip
_QUOTES: list[Settings] = [
    {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quote": 1000},
    {"applies_to": "spot", "symbols": ["ETHUSDT", "DOGEUSDT"], "max_quote": 1000},
    {"applies_to": "margin", "symbols": ["BTCUSDT"], "max_quote": 1000},
    {"applies_to": "futures", "symbols": ["BTCUSDT", "DOGEUSD_PERP"], "max_quote": 1000},
    {"applies_to": "futures", "symbols": ["BTC-261225-60000-C", "BTC-261225-60000-P"], "max_quote": 2000},
    {"applies_to": "convert", "coins": ["BTC", "USDT"], "max_quote": 1000},
    {"applies_to": "merchant", "coins": ["USDT", "USD"], "max_quote": 600},
    {"applies_to": P2P_ORDER, "coins": ["USDT", "EUR"], "max_quote": 100},
]
_DAYS: list[Settings] = [
    {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 0.4, "max_quantity_per_day": 0.5,
     "max_quote": 20_000, "max_quote_per_day": 25_000},
    {"applies_to": "spot", "symbols": ["ETHUSDT"], "max_quote_per_day": 2000},
    {"applies_to": "margin", "symbols": ["BTCUSDT"], "max_quantity_per_day": 0.6,
     "side_effects": ["NO_SIDE_EFFECT", "AUTO_REPAY"]},
    {"applies_to": "futures", "symbols": ["BTCUSDT", "ETHUSDT"], "max_quantity": 2, "max_quote_per_day": 20_000},
    {"applies_to": "futures", "symbols": ["BTCUSD_PERP", "DOGEUSD_PERP"], "max_contracts": 10,
     "max_contracts_per_day": 15},
    {"applies_to": "futures", "symbols": ["BTC-261225-60000-C"], "max_contracts": 0.5, "max_contracts_per_day": 0.8},
    {"applies_to": "convert", "coins": ["BTC", "USDT"], "max_quantity": 0.1, "max_quote_per_day": 2000},
    {"applies_to": "earn", "max_quantity_per_day": 5},
    {"applies_to": "transfers", "coins": ["USDT", "BTC"], "max_quantity_per_day": 3},
    {"applies_to": "merchant", "coins": ["USDT", "USD"], "max_quantity_per_day": 700},
    {"applies_to": WITHDRAW, "coins": ["USDT"], "networks": ["TRX"], "addresses": [OWN_ADDRESS],
     "max_quantity": 200, "max_quantity_per_day": 150},
    {"applies_to": P2P_ORDER, "coins": ["USDT", "EUR"], "max_quantity_per_day": 150, "max_quote_per_day": 100},
]  # fmt: skip
_LISTS: list[Settings] = [
    {"applies_to": "spot", "symbols": ["ETHUSDT", "ETHBTC"]},
    {"applies_to": "margin", "symbols": ["BTCUSDT", "ETHUSDT"], "side_effects": ["NO_SIDE_EFFECT"]},
    {"applies_to": "futures", "symbols": ["ETHUSDT", "BTCUSD_PERP", "BTC-261225-80000-C"]},
    {"applies_to": "convert", "coins": ["ETH", "USDC"]},
    {"applies_to": "POST /sapi/v1/sub-account/universalTransfer", "coins": ["USDT"], "recipients": [SUB_ACCOUNT]},
    {"applies_to": "POST /sapi/v1/asset/transfer", "coins": ["USDT", "BNB"]},
    {"applies_to": "merchant", "coins": ["USDT", "USD"]},
    {"applies_to": WITHDRAW, "coins": ["USDT", "BTC"], "networks": ["TRX", "BTC"],
     "addresses": [OWN_ADDRESS, SHARED_ADDRESS]},
    {"applies_to": P2P_ORDER, "coins": ["USDT", "EUR"]},
]  # fmt: skip
_SINGLE: list[Settings] = [
    {"applies_to": "POST /api/v3/order", "symbols": ["BTCUSDT"], "max_quantity": 0.01},
    {"applies_to": "POST /api/v3/order", "symbols": ["BTCUSDT"], "max_quote": 3000},
    {"applies_to": "POST /api/v3/order/cancelReplace", "symbols": ["BTCUSDT"], "max_quantity_per_day": 0.3},
    {"applies_to": "POST /fapi/v1/batchOrders", "symbols": ["BTCUSDT", "ETHUSDT"], "max_quantity": 1},
    {"applies_to": "PUT /fapi/v1/order", "symbols": ["BTCUSDT"], "max_quote": 5000},
    {
        "applies_to": "POST /dapi/v1/order",
        "symbols": ["BTCUSD_PERP"],
        "max_quote": 1000,
        "max_quantity": 0.01,
    },
    {"applies_to": "POST /eapi/v1/batchOrders", "max_contracts": 1},
    {"applies_to": "POST /sapi/v1/margin/borrow-repay", "coins": ["BTC"], "max_quantity": 0.5},
]


@dataclass(frozen=True)
class Case:
    """A policy by name.

    of_client: it is a client's own, and the gateway's lets everything pass. enforced: what the gateway obeys instead,
    where a test wants one that does not hold.
    """

    name: str
    policy: Settings
    of_client: bool = False
    enforced: Settings | None = None

    @property
    def obeyed(self) -> Settings:
        """The policy that whoever asks comes under."""
        return self.policy if self.enforced is None else self.enforced

    @property
    def families(self) -> list[str]:
        """The families of requests (tests/limits_proof/forms.py) that one of its lines is about."""
        named = {str(line["applies_to"]).rpartition(" ")[2] for line in self.policy["limits"]}
        return [family for family, names in FAMILIES_OF.items() if named & set(names)]


def _policy(lines: list[Settings], *, profiles: list[str] = _ALL, margin: float | None = None) -> Settings:
    named = {str(line["applies_to"]) for line in lines}
    prices = {} if margin is None else {"prices": "exchange", "price_margin": margin}
    allow: list[str] = [one for one in (WITHDRAW, P2P_ORDER) if one in named]
    allow += [RELEASE, MARK_PAID] if "merchant" in named else []
    return {"profiles": profiles, "allow": allow, "limits": lines, **prices}


_EVERYTHING: Final[Settings] = {"profiles": _ALL, "allow": [WITHDRAW, P2P_ORDER, RELEASE, MARK_PAID]}
MARGIN: Final = 0.05
CASES: Final = (
    Case("quantity", _policy(_QUANTITIES)),
    Case("quantity, prices of the exchange", _policy(_QUANTITIES, margin=MARGIN)),
    Case("quote", _policy(_QUOTES)),
    Case("quote, prices of the exchange", _policy(_QUOTES, margin=MARGIN)),
    Case("days, of a client", _policy(_DAYS), of_client=True),
    Case("days, prices of the exchange", _policy(_DAYS, margin=MARGIN)),
    Case("lists, of a client", _policy(_LISTS), of_client=True),
    Case("single operations", _policy(_SINGLE, profiles=_TRADING, margin=MARGIN)),
)


def gateway_policy(case: Case) -> Settings:
    """What the gateway itself allows."""
    return _EVERYTHING if case.of_client else case.obeyed
