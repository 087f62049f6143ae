"""What the P2P service remembers of one merchant."""

from dataclasses import dataclass, field
from typing import Any

from proxy.sandbox.c2c import people


@dataclass(slots=True)
class Merchant:
    """business, online, resting: the three switches of a merchant. ads and orders are keyed by number."""

    business: bool = True
    online: bool = True
    resting: bool = False
    ads: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def business_status(self) -> int:
        """1 open, 2 closed, 3 break."""
        if not self.business:
            return 2
        return 3 if self.resting else 1


def new_merchant() -> Merchant:
    """Two ads of their own and three orders in different states."""
    ads = {ad["advNo"]: ad for ad in people.own_ads()}
    return Merchant(ads=ads, orders={order["orderNumber"]: order for order in people.orders()})
