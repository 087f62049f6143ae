"""Which contracts there are, and their prices: the spot market's, until one is given a price of its own.

Contract sizes are those of COIN-M: 100 USD for BTC, 10 USD for every other coin.
"""

from collections.abc import Iterable
from decimal import Decimal

from proxy.sandbox.call import Call
from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.futures.book import Contract, FuturesBook
from proxy.sandbox.refusals import bad_request

_COIN_MARGINED = ("/dapi/", "/papi/v1/cm/")


def book_of(call: Call) -> FuturesBook:
    """The portfolio margin account is another one than the futures account."""
    return call.account.portfolio if _path(call).startswith("/papi/") else call.account.futures


def is_coin_margined(call: Call) -> bool:
    return _path(call).startswith(_COIN_MARGINED)


def _path(call: Call) -> str:
    return call.operation.partition(" ")[2]


def usd_contracts(sandbox: Sandbox) -> Iterable[Contract]:
    """USD-M: every market that is quoted in a dollar coin."""
    return (
        Contract(symbol.name, symbol) for symbol in sandbox.symbols.values() if symbol.quote.startswith("USD")
    )


def coin_contracts(sandbox: Sandbox) -> Iterable[Contract]:
    """COIN-M: named like BTCUSD_PERP, margined in the coin."""
    for symbol in sandbox.symbols.values():
        if symbol.quote == "USDT":
            size = Decimal(100 if symbol.base == "BTC" else 10)
            yield Contract(f"{symbol.base}USD_PERP", symbol, size)


def contracts(call: Call) -> Iterable[Contract]:
    """Those of the product that the call belongs to."""
    return coin_contracts(call.sandbox) if is_coin_margined(call) else usd_contracts(call.sandbox)


def known_contract(call: Call) -> Contract:
    """The contract a call names. Raises -1121, also for one of the other product."""
    for contract in contracts(call):
        if contract.name == call.values["symbol"]:
            return contract
    raise bad_request(-1121, "Invalid symbol.")


def ask(sandbox: Sandbox, contract: Contract) -> Decimal:
    """The price at which one buys. Depth is endless."""
    return sandbox.contract_prices.get(contract.name, sandbox.prices[contract.symbol.name])


def bid(sandbox: Sandbox, contract: Contract) -> Decimal:
    """The price at which one sells: one tick lower."""
    return ask(sandbox, contract) - contract.symbol.tick
