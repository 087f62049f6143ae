"""Requests held against lines of limits, as the gateway does it."""

from decimal import Decimal
from typing import Any

import msgspec

from proxy.core.catalogue import Catalogue, Endpoint, PrefixFamily
from proxy.core.guard import Policy
from proxy.core.guard.limits import Judged, Line, Measure, judge
from proxy.core.guard.limits.arguments import Arguments, CannotJudgeError, read_arguments
from proxy.core.market import Book, Contract, MarketFacts
from proxy.core.settings import PermitSettings
from proxy.core.signing import PreparedRequest, prepare
from proxy.core.wire import body_kind

CATALOGUE = Catalogue.builtin()

ORDER = "POST /api/v3/order"
OCO = "POST /api/v3/orderList/oco"
OTO = "POST /api/v3/orderList/oto"
OTOCO = "POST /api/v3/orderList/otoco"
OPO = "POST /api/v3/orderList/opo"
OPOCO = "POST /api/v3/orderList/opoco"
KEEP_PRIORITY = "PUT /api/v3/order/amend/keepPriority"
USD_M = "POST /fapi/v1/order"
USD_M_BATCH = "POST /fapi/v1/batchOrders"
USD_M_CONDITIONAL = "POST /fapi/v1/algoOrder"
COIN_M = "POST /dapi/v1/order"
OPTION = "POST /eapi/v1/order"
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
TRANSFER = "POST /sapi/v1/asset/transfer"
TO_SUB_ACCOUNT = "POST /sapi/v1/sub-account/universalTransfer"
MARGIN = "POST /sapi/v1/margin/order"
ADVERT = "POST /sapi/v1/c2c/ads/post"
ADVERT_UPDATE = "POST /sapi/v1/c2c/ads/update"
C2C_ORDER = "POST /sapi/v1/c2c/orderMatch/placeOrder"

_F = PrefixFamily
BTC = Book(Decimal(100), Decimal(101))
FACTS = MarketFacts(
    {
        (_F.API, "BTCUSDT"): BTC,
        (_F.FAPI, "BTCUSDT"): BTC,
        (_F.DAPI, "BTCUSD_PERP"): BTC,
        (_F.EAPI, "BTC-C"): Book(Decimal(10), Decimal(11)),
    },
    {
        (_F.DAPI, "BTCUSD_PERP"): Contract(Decimal(100), quoted=True),
        (_F.EAPI, "BTC-C"): Contract(Decimal("0.5"), quoted=False),
    },
)
"""Bid 100, ask 101; a COIN-M contract is 100 USD, an option half a coin."""
MARGIN_OF_TENTH = Decimal("0.1")


def endpoint_of(name: str) -> Endpoint:
    method, path = name.split(" ")
    found = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert found is not None
    return found


def prepared_of(text: str, body: str | bytes = "") -> PreparedRequest:
    octets = body.encode() if isinstance(body, str) else body
    return prepare(text.encode(), octets, body_kind(octets, None), signed=True)


def lines_of_policy(*lines: dict[str, Any]) -> tuple[Line, ...]:
    return Policy.of(msgspec.convert({"limits": lines}, PermitSettings)).limits


def ask(name: str, text: str, *lines: dict[str, Any], body: str | bytes = "", **more: Any) -> Judged:
    """Held against all these lines, which apply to the endpoint itself where they do not say otherwise."""
    written = ({"applies_to": name} | line for line in lines)
    return judge(endpoint_of(name), prepared_of(text, body), lines_of_policy(*written), **more)


def why(name: str, text: str, line: dict[str, Any], **more: Any) -> str | None:
    """Why it does not fit a line; None where it does."""
    judged = ask(name, text, line, **more)
    assert len(judged.fits) + len(judged.whys) == 1
    return judged.whys[0] if judged.whys else None


def moved(name: str, text: str, measure: str, *, body: str | bytes = "", **more: Any) -> Decimal | str:
    """What a request counts for, or why nobody can say."""
    judged = ask(name, text, {f"max_{measure}_per_day": 1e90}, body=body, **more)
    return judged.fits[0].amounts[Measure(measure)] if judged.fits else judged.whys[0]


def with_prices(name: str, text: str, measure: str, **more: Any) -> Decimal | str:
    """The same where the policy takes prices of the exchange, which may run by a tenth."""
    return moved(name, text, measure, facts=FACTS, margin=MARGIN_OF_TENTH, **more)


def arguments(name: str, text: str, body: str | bytes = "") -> Arguments | str:
    """What is read of a request, or why it cannot be."""
    try:
        return read_arguments(endpoint_of(name), prepared_of(text, body))
    except CannotJudgeError as error:
        return error.why


def said(name: str, text: str, body: str | bytes = "") -> list[tuple[str, str, int | None]]:
    """Name, text and place in a list, of all that is read."""
    found = arguments(name, text, body)
    assert not isinstance(found, str), found
    return [(one.parameter.name, one.text, one.member) for one in found]
