"""What may be done: by operation, not by verb."""

from typing import Any

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.errors import PolicyLine
from proxy.core.guard import NOTHING, Policy, decide, permit
from proxy.core.settings import PolicySettings

CATALOGUE = Catalogue.builtin()


def verdict(name: str, **policy: Any) -> str | None:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert endpoint is not None
    refusal = permit(endpoint, Policy.of(PolicySettings(**policy)))
    return refusal.token if refusal else None


DEFAULT = [
    ("GET /api/v3/account", None),
    ("GET /sapi/v1/capital/withdraw/history", None),
    ("POST /api/v3/order", None),
    ("POST /api/v3/order/test", None),
    ("DELETE /api/v3/openOrders", None),
    ("DELETE /fapi/v1/order", None),
    ("DELETE /papi/v1/um/conditional/allOpenOrders", None),
    ("POST /sapi/v1/convert/limit/cancelOrder", None),
    ("POST /sapi/v1/equity/order/cancel", None),
    ("POST /fapi/v1/countdownCancelAll", "endpoint_denied"),
    ("POST /sapi/v1/c2c/orderMatch/cancelOrder", "endpoint_denied"),
    ("DELETE /eapi/v1/block/order/create", "endpoint_denied"),
    ("GET /sapi/v1/c2c/agent/orderMatch/releaseCoin", "endpoint_denied"),
    ("GET /fapi/v1/leverage", "endpoint_denied"),
    ("DELETE /fapi/v2/order", "endpoint_denied"),
    ("PUT /api/v3/order/amend/keepPriority", None),
    ("POST /api/v3/orderList/oco", None),
    ("POST /sapi/v1/c2c/ads/search", None),
    ("POST /sapi/v1/c2c/orderMatch/listOrders", None),
    ("GET /sapi/v1/not/in/the/table", None),
    ("POST /sapi/v1/capital/withdraw/apply", "endpoint_denied"),
    ("POST /sapi/v1/Capital/Withdraw/Apply", "endpoint_denied"),
    ("POST /sapi/v1/localentity/withdraw/apply", "endpoint_denied"),
    ("POST /sapi/v2/fiat/withdraw", "endpoint_denied"),
    ("POST /sapi/v1/sub-account/subAccountApi", "endpoint_denied"),
    ("POST /sapi/v1/margin/apiKey", "endpoint_denied"),
    ("DELETE /sapi/v1/sub-account/subAccountApi/ipRestriction/ipList", "endpoint_denied"),
    ("POST /sapi/v1/account/enableFastWithdrawSwitch", "endpoint_denied"),
    ("POST /sapi/v1/asset/transfer", "endpoint_denied"),
    ("POST /sapi/v1/c2c/orderMatch/releaseCoin", "endpoint_denied"),
    ("POST /sapi/v9/brand/new/endpoint", "endpoint_denied"),
    ("POST /fapi/v1/order", "endpoint_denied"),
]


@pytest.mark.parametrize(("name", "token"), DEFAULT)
def test_default_policy(name: str, token: str | None) -> None:
    assert verdict(name) == token


def test_an_allow_line_opens_exactly_one_endpoint() -> None:
    allow = ("POST /sapi/v1/capital/withdraw/apply",)
    assert verdict("POST /sapi/v1/capital/withdraw/apply", allow=allow) is None
    assert verdict("POST /sapi/v1/localentity/withdraw/apply", allow=allow) == "endpoint_denied"


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        ("futures", "POST /fapi/v1/order"),
        ("transfers", "POST /sapi/v1/asset/transfer"),
        ("merchant", "POST /sapi/v1/c2c/ads/updateStatus"),
        ("margin", "POST /sapi/v1/margin/order"),
    ],
)
def test_profiles_add_up(profile: str, name: str) -> None:
    assert verdict(name) == "endpoint_denied"
    assert verdict(name, profiles=("spot", profile)) is None


@pytest.mark.parametrize("profile", ["spot", "margin", "futures", "transfers", "earn", "convert", "merchant"])
def test_no_profile_lets_money_out(profile: str) -> None:
    for name, token in DEFAULT:
        if token and any(word in name for word in ("withdraw", "Api", "apiKey", "Switch", "releaseCoin")):
            assert verdict(name, profiles=(profile,)) == "endpoint_denied", name


def test_read_only_is_decided_by_the_table_not_by_the_verb() -> None:
    for name in ("POST /api/v3/order", "DELETE /api/v3/openOrders", "PUT /api/v3/order/amend/keepPriority"):
        assert verdict(name, read_only=True) == "read_only"
    for name in ("GET /api/v3/account", "POST /sapi/v1/c2c/orderMatch/listOrders", "POST /api/v3/order/test"):
        assert verdict(name, read_only=True) is None


def test_read_only_outranks_an_allow_line() -> None:
    name = "POST /sapi/v1/capital/withdraw/apply"
    assert verdict(name, allow=(name,), read_only=True) == "read_only"


@pytest.mark.parametrize(
    ("name", "policy", "rule"),
    [
        ("GET /api/v3/account", {}, "reading always passes"),
        ("GET /api/v3/account", {"read": ("balances",)}, "policy.read names it, or its group: balances"),
        ("POST /api/v3/order", {"profiles": ("futures", "spot")}, "policy.profiles has spot"),
        (
            "DELETE /fapi/v1/order",
            {"profiles": ("read-only", "earn")},
            "every profile but read-only lets cancels through, and policy.profiles has earn",
        ),
        ("POST /fapi/v1/order", {"allow": ("POST /fapi/v1/order",)}, "policy.allow has a line for it"),
        ("POST /sapi/v1/asset/transfer", {}, "transfers: neither a profile nor an allow line"),
        ("POST /api/v3/order", {"read_only": True}, "policy.read_only is true"),
    ],
)
def test_a_judgement_names_its_rule(name: str, policy: dict[str, Any], rule: str) -> None:
    endpoint = CATALOGUE.find(*name.split(" "))
    assert endpoint is not None
    assert rule in decide(endpoint, Policy.of(PolicySettings(**policy))).rule


def test_the_kill_switch_outranks_everything_but_reading() -> None:
    policy = Policy.of(PolicySettings(allow=("POST /fapi/v1/order",)))
    for name, token in (
        ("POST /fapi/v1/order", "read_only"),
        ("DELETE /api/v3/openOrders", "read_only"),
        ("GET /api/v3/account", None),
        ("POST /api/v3/order/test", None),
    ):
        endpoint = CATALOGUE.find(*name.split(" "))
        assert endpoint is not None
        refusal = permit(endpoint, policy, switched_off=True)
        assert (refusal.token if refusal else None) == token


PROFILES = ["spot", "margin", "futures", "transfers", "earn", "convert", "merchant"]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_but_read_only_cancels_whatever_is_open(profile: str) -> None:
    for name in ("DELETE /api/v3/order", "DELETE /sapi/v1/margin/order", "DELETE /eapi/v1/allOpenOrders"):
        assert verdict(name, profiles=(profile,)) is None
        assert verdict(name, profiles=(profile,), read_only=True) == "read_only"


def test_a_reader_cancels_nothing_but_by_a_line() -> None:
    name = "DELETE /fapi/v1/order"
    for profiles in ((), ("read-only",)):
        assert verdict(name, profiles=profiles) == "endpoint_denied"
        assert verdict(name, profiles=profiles, allow=(name,)) is None


def test_the_kill_switch_stops_cancels_too() -> None:
    endpoint = CATALOGUE.find("DELETE", "/fapi/v1/order")
    assert endpoint is not None
    refusal = permit(endpoint, Policy.of(PolicySettings(profiles=("futures",))), switched_off=True)
    assert refusal is not None
    assert refusal.token == "read_only"


@pytest.mark.parametrize(
    ("name", "read", "token"),
    [
        ("GET /api/v3/depth", None, None),
        ("GET /api/v3/depth", ("market",), None),
        ("GET /api/v3/account", ("market",), "read_denied"),
        ("GET /sapi/v1/capital/deposit/hisrec", ("market", "orders", "balances"), "read_denied"),
        ("GET /api/v3/depth", (), "read_denied"),
        ("POST /fapi/v1/listenKey", ("market", "balances"), "read_denied"),
        ("POST /fapi/v1/listenKey", ("streams",), None),
        ("GET /api/v3/brandNew", ("other",), "read_denied"),
        ("GET /api/v3/brandNew", ("unlisted",), None),
        ("GET /sapi/v1/c2c/agent/orderMatch/releaseCoin", ("unlisted", "c2c"), "endpoint_denied"),
        ("POST /api/v3/order", (), None),
        ("DELETE /fapi/v1/order", (), None),
    ],
)
def test_only_the_reads_that_are_named(name: str, read: tuple[str, ...] | None, token: str | None) -> None:
    assert verdict(name, read=read) == token


def test_an_allow_line_is_for_writes_and_opens_no_read() -> None:
    name = "GET /sapi/v1/capital/deposit/hisrec"
    assert verdict(name, read=("market",), allow=(name,)) == "read_denied"


def test_a_read_is_limited_with_the_kill_switch_on_as_well() -> None:
    endpoint = CATALOGUE.find("GET", "/api/v3/account")
    assert endpoint is not None
    refusal = permit(endpoint, Policy.of(PolicySettings(read=("market",))), switched_off=True)
    assert refusal is not None
    assert refusal.token == "read_denied"


@pytest.mark.parametrize(
    ("name", "message", "rule"),
    [
        (
            "GET /sapi/v1/capital/deposit/hisrec",
            "the policy names the reads that pass, and `deposits` is not among them; add `deposits`, or only "
            "`GET /sapi/v1/capital/deposit/hisrec`, under `clients.bot.policy.read`",
            "clients.bot.policy.read names neither it nor its group: deposits",
        ),
        (
            "GET /sapi/v1/brand/new",
            "this endpoint is not in the catalogue, so that what it tells is not known, and the policy names the "
            "reads that pass; add `unlisted` under `clients.bot.policy.read`, or describe it under `endpoints:`",
            "clients.bot.policy.read names neither it nor its group: unlisted",
        ),
    ],
)
def test_a_denied_read_says_what_would_let_it_through(name: str, message: str, rule: str) -> None:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert endpoint is not None
    decision = decide(endpoint, Policy.of(PolicySettings(read=("market",)), "clients.bot.policy"))
    assert decision.refusal is not None
    assert (decision.refusal.status, decision.refusal.token) == (403, "read_denied")
    assert decision.refusal.message == message
    assert decision.rule == rule


def test_nothing_is_the_policy_of_readers() -> None:
    endpoint = CATALOGUE.find("POST", "/api/v3/order")
    assert endpoint is not None
    refusal = permit(endpoint, NOTHING)
    assert refusal is not None
    assert refusal.token == "read_only"


DENIALS = [
    (
        "POST /sapi/v9/brand/new/endpoint",
        {},
        "this endpoint is not in the catalogue, and what is unknown may change something; add it under "
        "`endpoints:` and, if it is a write, under `policy.allow`",
        "other write: neither a profile nor an allow line of policy lets it through",
    ),
    (
        "POST /fapi/v1/order",
        {},
        "this endpoint needs the profile `futures`, or a line of its own under `policy.allow`: POST /fapi/v1/order",
        "futures: neither a profile nor an allow line of policy lets it through",
    ),
    (
        "POST /sapi/v1/capital/withdraw/apply",
        {},
        "money out is in no profile; if you really want it, add one line under `policy.allow`: "
        "POST /sapi/v1/capital/withdraw/apply",
        "money out: neither a profile nor an allow line of policy lets it through",
    ),
    (
        "DELETE /fapi/v1/order",
        {"profiles": ("read-only",)},
        "this endpoint only takes orders away: it needs any profile but `read-only`, or a line of its own under "
        "`policy.allow`: DELETE /fapi/v1/order",
        "cancels: neither a profile nor an allow line of policy lets it through",
    ),
    (
        "GET /sapi/v1/c2c/agent/orderMatch/releaseCoin",
        {},
        "this endpoint is not in the catalogue, and its path is that of a known write "
        "(POST /sapi/v1/c2c/orderMatch/releaseCoin); it needs a line of its own under `policy.allow`",
        "p2p irreversible: neither a profile nor an allow line of policy lets it through",
    ),
    (
        "GET /fapi/v1/leverage",
        {},
        "this endpoint is not in the catalogue, and its path is that of a known write (POST /fapi/v1/leverage); add "
        "it under `endpoints:` with `mutates: false` if it only reads, or under `policy.allow`",
        "other write: neither a profile nor an allow line of policy lets it through",
    ),
    (
        "POST /sapi/v1/asset/transfer",
        {"profiles": ("spot", "futures")},
        "this endpoint needs the profile `transfers`, or a line of its own under `policy.allow`: "
        "POST /sapi/v1/asset/transfer",
        "transfers: neither a profile nor an allow line of policy lets it through",
    ),
]


@pytest.mark.parametrize(("name", "policy", "message", "rule"), DENIALS)
def test_a_denial_says_what_would_let_it_through(
    name: str, policy: dict[str, Any], message: str, rule: str
) -> None:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert endpoint is not None
    decision = decide(endpoint, Policy.of(PolicySettings(**policy)))
    assert decision.refusal is not None
    assert (decision.refusal.status, decision.refusal.token) == (403, "endpoint_denied")
    assert decision.refusal.message == message
    assert decision.rule == rule


@pytest.mark.parametrize(
    ("name", "policy", "remedy"),
    [
        (
            "POST /fapi/v1/order",
            {"profiles": ("spot", "earn")},
            PolicyLine("policy", "profiles", "futures", ("spot", "earn")),
        ),
        (
            "POST /sapi/v1/capital/withdraw/apply",
            {"allow": ("POST /b", "POST /a")},
            PolicyLine("policy", "allow", "POST /sapi/v1/capital/withdraw/apply", ("POST /a", "POST /b")),
        ),
        (
            "DELETE /fapi/v1/order",
            {"profiles": ("read-only",)},
            PolicyLine("policy", "allow", "DELETE /fapi/v1/order"),
        ),
        ("GET /api/v3/account", {"read": ("market",)}, PolicyLine("policy", "read", "balances")),
        ("POST /sapi/v9/brand/new/endpoint", {}, None),
        ("POST /api/v3/order", {"read_only": True}, None),
    ],
)
def test_a_denial_has_the_item_that_its_policy_lacks(
    name: str, policy: dict[str, Any], remedy: PolicyLine | None
) -> None:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert endpoint is not None
    refusal = permit(endpoint, Policy.of(PolicySettings(**policy)))
    assert refusal is not None
    assert refusal.remedy == remedy


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        ("read-only", ()),
        ("spot", ("POST /api/v3/order",)),
        ("margin", ("POST /sapi/v1/margin/order",)),
        ("futures", ("POST /fapi/v1/order", "PUT /dapi/v1/order")),
        ("transfers", ("POST /sapi/v1/asset/transfer",)),
        ("earn", ("POST /sapi/v1/simple-earn/flexible/subscribe",)),
        ("convert", ("POST /sapi/v1/convert/acceptQuote",)),
        ("merchant", ("POST /sapi/v1/c2c/ads/post",)),
    ],
)
def test_each_profile_allows_its_own_and_nothing_else(profile: str, names: tuple[str, ...]) -> None:
    writes = (
        "POST /api/v3/order",
        "POST /sapi/v1/margin/order",
        "POST /fapi/v1/order",
        "PUT /dapi/v1/order",
        "POST /sapi/v1/asset/transfer",
        "POST /sapi/v1/simple-earn/flexible/subscribe",
        "POST /sapi/v1/convert/acceptQuote",
        "POST /sapi/v1/c2c/ads/post",
        "POST /sapi/v1/c2c/orderMatch/releaseCoin",
        "POST /sapi/v1/capital/withdraw/apply",
    )
    for name in writes:
        assert (verdict(name, profiles=(profile,)) is None) == (name in names), name


def test_a_policy_is_called_by_its_place() -> None:
    endpoint = CATALOGUE.find("POST", "/fapi/v1/order")
    assert endpoint is not None
    own = Policy.of(PolicySettings(), "clients.bot.policy")
    denied = decide(endpoint, own)
    assert denied.refusal is not None
    assert "under `clients.bot.policy.allow`" in denied.refusal.message
    assert "of clients.bot.policy lets" in denied.rule
    allowed = Policy.of(PolicySettings(allow=("POST /fapi/v1/order",)), "clients.bot.policy")
    assert decide(endpoint, allowed).rule == "clients.bot.policy.allow has a line for it"
    only = Policy.of(PolicySettings(read_only=True), "clients.bot.policy")
    assert decide(endpoint, only).rule == "clients.bot.policy.read_only is true"


def test_read_only_says_so() -> None:
    endpoint = CATALOGUE.find("POST", "/api/v3/order")
    assert endpoint is not None
    for policy, switched_off, rule in (
        (Policy.of(PolicySettings(read_only=True)), False, "policy.read_only is true"),
        (Policy.of(PolicySettings()), True, "the kill switch is on"),
        (Policy.of(PolicySettings(read_only=True)), True, "the kill switch is on"),
    ):
        decision = decide(endpoint, policy, switched_off=switched_off)
        assert decision.refusal is not None
        assert (decision.refusal.status, decision.refusal.token) == (403, "read_only")
        assert "nothing that changes anything passes" in decision.refusal.message
        assert decision.rule == rule


def test_decisions_and_policies_are_values() -> None:
    """Nobody changes one after it was made; lines of limits are the keys of what was spent."""
    policy = Policy.of(PolicySettings())
    endpoint = CATALOGUE.find("POST", "/fapi/v1/order")
    assert endpoint is not None
    for value, name in (
        (policy, "read_only"),
        (decide(endpoint, policy), "refusal"),
        (NOTHING, "operations"),
    ):
        with pytest.raises(AttributeError):
            setattr(value, name, None)


def test_a_write_with_the_method_of_another_call_is_told_the_right_ones() -> None:
    endpoint = Catalogue.builtin().unlisted("POST", "/api/v3/account")
    assert endpoint is not None
    refusal = permit(endpoint, Policy.of(PolicySettings()))
    assert refusal is not None
    assert refusal.token == "endpoint_denied"
    assert refusal.message.startswith("this path is known with GET, not with POST: change the method")
