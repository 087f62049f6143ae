"""The guard at its questions. What each rule says: tests/core/guard; here: whom it asks, and of what."""

from typing import Any, cast

import msgspec
import pytest

from proxy.clients.day_ledger import Taken
from proxy.clients.registry import Caller
from proxy.core.catalogue import Catalogue, Needs, PrefixFamily
from proxy.core.catalogue.environments import PRODUCTION
from proxy.core.errors import Refusal, RefusedError
from proxy.core.flow import Flow, Timings
from proxy.core.guard import IngressPolicy, Policy
from proxy.core.head import Head, read_head
from proxy.core.routing import Route
from proxy.core.settings import PermitSettings
from proxy.core.signing import PreparedRequest, prepare
from proxy.core.wire import BodyKind, Header, RawRequest
from proxy.credentials.accounts import Accounts
from proxy.gateway.allowances import Allowance, Allowances
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
    return Guard(msgspec.structs.replace(IngressPolicy(), **ingress), switch, cast("Allowances", Taking()))


def head(*headers: Header, host: bytes = b"localhost") -> Head:
    return read_head("POST", b"/api/v3/order", (1, 1), ((b"Host", host), *headers))


def caller(*, public_only: bool = False, **policy: Any) -> Caller:
    made = Policy.of(msgspec.convert({"profiles": ["spot"], **policy}, PermitSettings))
    return Caller(None, made, Accounts(), public_only=public_only)


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
    (READ, False, False, {"read": ["market"]}, None, "read_denied"),
    (READ, False, True, {"read": ["market"]}, None, "read_denied"),
    (PING, False, False, {"read": ["market"]}, None, None),
    (PING, True, False, {"read": ["orders"]}, None, "read_denied"),
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
    ("public_only", "switched", "refused"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_without_a_key_nobody_asks_through_a_proxy(public_only: bool, switched: bool, refused: bool) -> None:
    asked = plan(PING, caller(public_only=public_only))
    at = guard(forwarded=switched, keys_required=True)
    assert token(decided(lambda: at.permit(head(FORWARDED), asked))) == (
        "proxied_refused" if refused else None
    )
    assert decided(lambda: at.permit(head(), asked)) is None


class Taking:
    """Stands for the allowances: takes for whatever comes, and may turn the kill switch meanwhile."""

    def __init__(self, turn: KillSwitch | None = None) -> None:
        self.turn = turn
        self.settled: list[Flow] = []

    async def reserve(self, flow: Flow, _plan: Plan, _prepared: PreparedRequest) -> Allowance | None:
        if self.turn is not None:
            self.turn.on = True
        return Allowance(Taken(flow.request_id, 0, counted=False), claimed=False)

    def settle(self, flow: Flow, _allowance: Allowance) -> None:
        self.settled.append(flow)


async def reserving(at: Guard, who: Caller, name: str = ORDER) -> tuple[Flow, Allowance | Refusal | None]:
    """The flow, and what came of the question."""
    flow = Flow("id", NOON_MS, RawRequest("POST", b"/api/v3/order", ()), Timings(0.0))
    try:
        return flow, await at.reserve(flow, plan(name, who), prepare(b"", b"", BodyKind.EMPTY, signed=True))
    except RefusedError as error:
        return flow, error.refusal


@pytest.mark.parametrize(
    ("name", "refused"), [(ORDER, "read_only"), (CANCEL, "read_only"), (READ, None), (PING, None)]
)
async def test_the_kill_switch_may_turn_while_the_body_comes_in(name: str, refused: str | None) -> None:
    at, who = guard(), caller()
    at.permit(head(), plan(name, who))
    at.kill_switch.on = True
    assert token((await reserving(at, who, name))[1]) == refused
    at.kill_switch.on = False
    assert token((await reserving(at, who, name))[1]) is None


async def test_the_kill_switch_may_turn_while_the_exchange_is_asked_for_a_price() -> None:
    """What was taken until then is given back."""
    switch = KillSwitch()
    taking = Taking(turn=switch)
    at = Guard(IngressPolicy(), switch, cast("Allowances", taking))
    flow, found = await reserving(at, caller())
    assert token(found) == "read_only"
    assert taking.settled == [flow]


async def test_what_was_taken_is_settled_at_the_end_and_nothing_where_nothing_was() -> None:
    taking = Taking()
    at = Guard(IngressPolicy(), KillSwitch(), cast("Allowances", taking))
    flow, taken = await reserving(at, caller())
    assert isinstance(taken, Allowance)
    at.settle(flow, None)
    assert taking.settled == []
    at.settle(flow, taken)
    assert taking.settled == [flow]
