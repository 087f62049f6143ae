"""The guard at its three questions. What each rule says: tests/core/guard; here: whom it asks, and of what."""

from typing import Any

import msgspec
import pytest

from proxy.clients.registry import Caller
from proxy.core.catalogue import Catalogue, Needs, PrefixFamily
from proxy.core.catalogue.environments import PRODUCTION
from proxy.core.errors import Refusal
from proxy.core.flow import Flow, Timings
from proxy.core.guard import IngressPolicy, Ledger, Policy
from proxy.core.head import Head, read_head
from proxy.core.routing import Route
from proxy.core.settings import PermitSettings
from proxy.core.signing import prepare
from proxy.core.wire import BodyKind, Header, RawRequest
from proxy.credentials.accounts import Accounts
from proxy.gateway.call import Plan
from proxy.gateway.guard import Guard
from proxy.gateway.kill_switch import KillSwitch
from tests.support.refusals import decided

CATALOGUE = Catalogue.builtin()
ORDER, CANCEL, READ, PING = (
    "POST /api/v3/order",
    "DELETE /api/v3/order",
    "GET /api/v3/account",
    "GET /api/v3/ping",
)
NOON_MS = 1_795_262_400_000


def guard(*, on: bool = False, **ingress: Any) -> Guard:
    switch = KillSwitch()
    switch.on = on
    return Guard(msgspec.structs.replace(IngressPolicy(), **ingress), switch)


def head(*headers: Header, host: bytes = b"localhost") -> Head:
    return read_head("POST", b"/api/v3/order", (1, 1), ((b"Host", host), *headers))


def caller(*, public_only: bool = False, **policy: Any) -> Caller:
    made = Policy.of(msgspec.convert({"profiles": ["spot"], **policy}, PermitSettings))
    return Caller(None, made, Accounts(), Ledger(), public_only=public_only)


def plan(name: str, who: Caller, needs: Needs | None = None) -> Plan:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path)
    assert endpoint is not None
    route = Route(endpoint, PrefixFamily.API, "https://api.binance.com", needs or endpoint.needs)
    return Plan(who, None, PRODUCTION, route)


def token(answer: object) -> str | None:
    return answer.token if isinstance(answer, Refusal) else None


def test_the_head_is_judged_by_the_policy_of_this_gateway() -> None:
    assert token(decided(lambda: guard().check_head(head()))) is None
    assert token(decided(lambda: guard().check_head(head(host=b"evil.test")))) == "host_not_allowed"
    named = guard(hosts=frozenset({b"evil.test"}))
    assert token(decided(lambda: named.check_head(head(host=b"evil.test")))) is None


PERMITTED = [
    # endpoint, public only, kill switch, policy, needs: refused as
    (ORDER, False, False, {}, None, None),
    (ORDER, False, False, {"profiles": []}, None, "endpoint_denied"),
    (ORDER, False, True, {}, None, "read_only"),
    (ORDER, False, False, {"read_only": True}, None, "read_only"),
    (CANCEL, False, True, {}, None, "read_only"),
    (READ, False, True, {}, None, None),
    (PING, False, True, {}, None, None),
    (PING, True, False, {}, None, None),
    (PING, True, False, {}, Needs.SIGNED, "client_unknown"),  # nobody's key is used for a public call
    (PING, True, False, {}, Needs.KEY, "client_unknown"),
    (READ, True, False, {}, None, "client_unknown"),
    (READ, True, False, {}, Needs.NONE, "client_unknown"),  # nor by calling a private one public
    (ORDER, True, True, {}, None, "client_unknown"),
]


@pytest.mark.parametrize(("name", "public_only", "on", "policy", "needs", "refused"), PERMITTED)
def test_who_may_call_what(
    name: str, public_only: bool, on: bool, policy: dict[str, Any], needs: Needs | None, refused: str | None
) -> None:
    asked = plan(name, caller(public_only=public_only, **policy), needs)
    assert token(decided(lambda: guard(on=on).permit(head(), asked))) == refused


FORWARDED = (b"X-Forwarded-For", b"203.0.113.9")


@pytest.mark.parametrize(
    ("name", "ingress", "refused"),
    [
        (ORDER, {}, True),
        (CANCEL, {}, True),
        (READ, {}, False),
        (ORDER, {"forwarded_writes": True}, False),
        (ORDER, {"token_sha256": b"x" * 32}, False),
    ],
)
def test_a_write_that_another_proxy_passed_on(name: str, ingress: dict[str, Any], refused: bool) -> None:
    asked = plan(name, caller())
    found = decided(lambda: guard(**ingress).permit(head(FORWARDED), asked))
    assert isinstance(found, Refusal) is refused
    assert decided(lambda: guard(**ingress).permit(head(), asked)) is None


ONE_A_DAY: dict[str, Any] = {"limits": [{"applies_to": "spot", "max_quantity_per_day": 1}]}


def reserving(at: Guard, who: Caller, name: str = ORDER, quantity: str = "0.6") -> tuple[Flow, Any]:
    """The flow, and what came of the question."""
    flow = Flow("id", NOON_MS, RawRequest("POST", b"/api/v3/order", ()), Timings(0.0))
    query = f"symbol=BTCUSDT&side=BUY&type=LIMIT&quantity={quantity}&price=50000".encode()
    prepared = prepare(query, b"", BodyKind.EMPTY, signed=True)
    return flow, decided(lambda: at.reserve(flow, plan(name, who), prepared))


@pytest.mark.parametrize(
    ("name", "refused"), [(ORDER, "read_only"), (CANCEL, "read_only"), (READ, None), (PING, None)]
)
def test_the_kill_switch_may_turn_while_the_body_comes_in(name: str, refused: str | None) -> None:
    at, who = guard(), caller()
    at.permit(head(), plan(name, who))
    at.kill_switch.on = True
    assert token(reserving(at, who, name)[1]) == refused
    at.kill_switch.on = False
    assert token(reserving(at, who, name)[1]) is None


def test_what_was_taken_of_the_day_is_gone_until_it_is_given_back() -> None:
    """When it is given back: tests/gateway/test_allowance.py, by the way out of each request."""
    at, who = guard(), caller(**ONE_A_DAY)
    _, reservation = reserving(at, who)
    assert (reservation.line.place, str(reservation.quantity)) == ("policy.limits[0]", "0.6")
    assert token(reserving(at, who)[1]) == "limit_exceeded"
    who.ledger.release(reservation)
    assert token(reserving(at, who)[1]) is None


def test_each_caller_has_an_allowance_of_its_own() -> None:
    at, one, other = guard(), caller(**ONE_A_DAY), caller(**ONE_A_DAY)
    reserving(at, one)
    assert token(reserving(at, one)[1]) == "limit_exceeded"
    assert token(reserving(at, other)[1]) is None


def test_where_no_line_applies_nothing_is_taken() -> None:
    at, who = guard(), caller()
    for _ in range(3):
        assert reserving(at, who, quantity="1000")[1] is None
