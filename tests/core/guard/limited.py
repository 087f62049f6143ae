"""A policy of some limit lines with its ledger, as the gateway asks them."""

from typing import Any

import msgspec

from proxy.core.catalogue import Catalogue
from proxy.core.errors import Refusal
from proxy.core.guard import Ledger, Policy, Reservation
from proxy.core.settings import PermitSettings
from proxy.core.signing import prepare
from proxy.core.wire import body_kind
from tests.support.refusals import decided

CATALOGUE = Catalogue.builtin()
ORDER = "POST /api/v3/order"
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
DAY_MS = 86_400_000


class Limited:
    def __init__(self, *lines: dict[str, Any]) -> None:
        self.policy = Policy.of(msgspec.convert({"limits": lines}, PermitSettings))
        self.ledger = Ledger()

    def ask(self, name: str, text: str, *, at: int = 0, body: str = "") -> Reservation | Refusal | None:
        method, path = name.split(" ")
        endpoint = CATALOGUE.find(method, path)
        assert endpoint is not None
        octets = body.encode()
        prepared = prepare(text.encode(), octets, body_kind(octets, None), signed=True)
        return decided(lambda: self.ledger.reserve(endpoint, prepared, self.policy.limits, at))

    def takes(self, name: str, text: str, **more: Any) -> bool:
        return not isinstance(self.ask(name, text, **more), Refusal)

    def why_not(self, name: str, text: str, **more: Any) -> str:
        """What is said to somebody whose request does not fit."""
        refusal = self.ask(name, text, **more)
        assert isinstance(refusal, Refusal)
        assert (refusal.status, refusal.token) == (403, "limit_exceeded")
        return refusal.message
