"""The table of verdicts: every leaf is reached, conflicts give `unknown`, and nobody is acquitted too early."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from msgspec.structs import replace

from proxy.core.catalogue import Needs
from proxy.core.findings import Strength
from proxy.core.probes import KeyFacts, Leaf, Probe, Recomputed, Side, Verdict, verdict
from proxy.core.probes.leaf import SIDES

NOW = 1_764_400_000_000
LIVE, FUTURES, TESTNET, FUTURES_TESTNET = (
    "api.binance.com",
    "fapi.binance.com",
    "testnet.binance.vision",
    "testnet.binancefuture.com",
)
ACCOUNT, RESTRICTIONS = "GET /api/v3/account", "GET /sapi/v1/account/apiRestrictions"
ADS, SEARCH, CHAT = (
    "GET /sapi/v1/c2c/ads/getAds",
    "POST /sapi/v1/c2c/ads/search",
    "GET /sapi/v1/c2c/chat/retrieveChatCredential",
)
POSITIONS, TIME = "GET /fapi/v3/account", "GET /api/v3/time"


def probe(
    endpoint: str, status: int | None = 200, code: int | str | None = None, ago: int = 0, **more: object
) -> Probe:
    """One probe, `ago` seconds before NOW, signed rightly."""
    method, path = endpoint.split()
    given: dict[str, object] = {
        "host": FUTURES if path.startswith("/fapi") else LIVE,
        "account": "main",
        "needs": Needs.NONE if endpoint == TIME else Needs.SIGNED,
        "signature": Recomputed.RIGHT,
        **more,
    }
    return Probe(method=method, path=path, at_ms=NOW - ago * 1000, status=status, code=code, **given)  # type: ignore[arg-type]  # a table


def unknown_at(endpoint: str, ago: int = 0, **more: object) -> Probe:
    return probe(endpoint, 401, -2008, ago, **more)


def rejected(endpoint: str, ago: int = 0, **more: object) -> Probe:
    return probe(endpoint, 401, -2015, ago, **more)


def late(endpoint: str, offset: float | None = None, **more: object) -> Probe:
    return probe(endpoint, 400, -1021, 0, clock_offset_ms=offset, **more)


SPOT_AND_SAPI = [probe(ACCOUNT, ago=1), probe(RESTRICTIONS, ago=1)]
THREE_AND_THREE = [
    probe(ACCOUNT, ago=19),
    probe(RESTRICTIONS, ago=15),
    probe(ADS, ago=12),
    probe(SEARCH, 400, -2008, 8, edge_request_id="id-1"),
    probe(CHAT, 400, -2008, 4),
    probe("POST /sapi/v1/c2c/ads/getReferencePrice", 400, -2008, 0, edge_request_id="id-2"),
]

LEAVES: list[tuple[str, Sequence[Probe], Leaf, Strength | None, str]] = [
    ("all taken", SPOT_AND_SAPI, Leaf.WORKS, Strength.PROVEN, "authenticates on both endpoints"),
    (
        "taken, beside a public endpoint",
        [*SPOT_AND_SAPI, probe(TIME)],
        Leaf.WORKS,
        Strength.PROVEN,
        "authenticates on both endpoints",
    ),
    (
        "taken, refused three minutes ago",
        [unknown_at(ADS, 180), probe(ADS), *SPOT_AND_SAPI],
        Leaf.WORKS,
        Strength.PROVEN,
        "on all 3 endpoints",
    ),
    (
        "-2008 by spot and SAPI",
        [unknown_at(ACCOUNT), unknown_at(RESTRICTIONS)],
        Leaf.KEY_UNKNOWN,
        Strength.LIKELY,
        "unknown (-2008) on both endpoints",
    ),
    (
        "-2008 everywhere, taken before",
        [probe(ACCOUNT, ago=720), unknown_at(ACCOUNT), unknown_at(RESTRICTIONS), unknown_at(ADS)],
        Leaf.KEY_UNKNOWN,
        Strength.LIKELY,
        "It was taken 12 min earlier.",
    ),
    (
        "the key of another environment",
        [probe(ACCOUNT, host=TESTNET), unknown_at(ACCOUNT), unknown_at(RESTRICTIONS)],
        Leaf.WRONG_ENVIRONMENT,
        Strength.PROVEN,
        "spot testnet takes it and production does not know it",
    ),
    (
        "a key of the spot testnet at the testnet of futures",
        [probe(ACCOUNT, host=TESTNET), unknown_at(POSITIONS, host=FUTURES_TESTNET)],
        Leaf.WRONG_ENVIRONMENT,
        Strength.PROVEN,
        "spot testnet takes it and futures testnet does not know it",
    ),
    (
        "-2015 everywhere",
        [rejected(ACCOUNT), rejected(RESTRICTIONS)],
        Leaf.ADDRESS_NOT_ALLOWED,
        Strength.LIKELY,
        "on both endpoints that were asked, reads included",
    ),
    (
        "-2015 where the key was taken",
        [probe(ACCOUNT, ago=300), rejected(ACCOUNT)],
        Leaf.ADDRESS_NOT_ALLOWED,
        Strength.LIKELY,
        "took this key 5 min earlier and refuses it now",
    ),
    (
        "-2015 on one host's endpoint only",
        [*SPOT_AND_SAPI, rejected("GET /sapi/v1/margin/account")],
        Leaf.PERMISSION_MISSING,
        Strength.LIKELY,
        "a permission is missing for GET /sapi/v1/margin/account.",
    ),
    (
        "-2015 on another host",
        [*SPOT_AND_SAPI, rejected(POSITIONS)],
        Leaf.PERMISSION_MISSING,
        Strength.LIKELY,
        "or the other host sees another address",
    ),
    (
        "-1002 beside calls that work",
        [*SPOT_AND_SAPI, probe(ADS, 401, -1002)],
        Leaf.PERMISSION_MISSING,
        Strength.LIKELY,
        "merchant status or an opened account is missing for GET /sapi/v1/c2c/ads/getAds",
    ),
    (
        "three taken, then three refused",
        THREE_AND_THREE,
        Leaf.REFUSED_HERE_ONLY,
        Strength.LIKELY,
        "Your key authenticates on 3 endpoints and is refused (-2008) on 3 in the same 19 s with correct"
        " signatures: not"
        " fixable on the client.",
    ),
    (
        "refused, and a control call that works after it",
        [*THREE_AND_THREE, probe(RESTRICTIONS)],
        Leaf.REFUSED_HERE_ONLY,
        Strength.PROVEN,
        "Your key authenticates on 3 endpoints and is refused (-2008) on 3 in the same 19 s with correct"
        " signatures: not"
        " fixable on the client.",
    ),
    (
        "refused, a control call that works, refused again",
        [unknown_at(ADS, 9), probe(ACCOUNT, ago=5), unknown_at(ADS)],
        Leaf.REFUSED_HERE_ONLY,
        Strength.PROVEN,
        "Your key authenticates on 1 endpoint and is refused (-2008) on 1 in the same 5 s",
    ),
    (
        "refused before this minute, and again after a control call",
        [unknown_at(ADS, 90), probe(ACCOUNT, ago=5), unknown_at(ADS)],
        Leaf.REFUSED_HERE_ONLY,
        Strength.LIKELY,
        "Your key authenticates on 1 endpoint and is refused (-2008) on 1 in the same 5 s",
    ),
    (
        "one signature unchecked",
        [*THREE_AND_THREE[1:], probe(ACCOUNT, ago=19, signature=Recomputed.UNCHECKED)],
        Leaf.REFUSED_HERE_ONLY,
        Strength.LIKELY,
        "on 3 in the same 19 s: not fixable on the client.",
    ),
    (
        "taken and refused within the hour",
        [probe(ADS, ago=1800), *SPOT_AND_SAPI, unknown_at(ADS)],
        Leaf.FLAPPING,
        Strength.LIKELY,
        "it took the key 30 min earlier",
    ),
    (
        "taken and refused within the minute",
        [probe(ADS, ago=40), *SPOT_AND_SAPI, unknown_at(ADS)],
        Leaf.FLAPPING,
        Strength.LIKELY,
        "it took the key 40 s earlier",
    ),
    (
        "in turn",
        [unknown_at(ADS, 900), probe(ADS, ago=600), *SPOT_AND_SAPI, unknown_at(ADS)],
        Leaf.FLAPPING,
        Strength.PROVEN,
        "2 changes within the hour",
    ),
    (
        "in turn, without a control",
        [unknown_at(ADS, 900), probe(ADS, ago=600), unknown_at(ADS)],
        Leaf.FLAPPING,
        Strength.PROVEN,
        "(2 changes within the hour): not fixable on the client.",
    ),
    (
        "taken, then refused, without a control",
        [probe(ADS, ago=40), unknown_at(ADS)],
        Leaf.UNKNOWN,
        None,
        "the last call that worked (GET /sapi/v1/c2c/ads/getAds) was 40 s earlier",
    ),
    (
        "in turn, taken now",
        [probe(ADS, ago=900), unknown_at(ADS, 600), probe(ADS), *SPOT_AND_SAPI],
        Leaf.FLAPPING,
        Strength.PROVEN,
        "2 changes within the hour; taken now",
    ),
    (
        "in turn, taken now, while another is refused",
        [unknown_at(ADS, 900), probe(ADS, ago=600), unknown_at(ADS, 300), probe(ADS, ago=2), unknown_at(SEARCH, 2),
         *SPOT_AND_SAPI],
        Leaf.FLAPPING,
        Strength.PROVEN,
        "in turn on GET /sapi/v1/c2c/ads/getAds (3 changes within the hour) while 2 endpoints take it: not fixable",
    ),
    (
        "in turn, two of them, one taken now",
        [unknown_at(ADS, 900), probe(ADS, ago=600), unknown_at(ADS, 300), probe(ADS, ago=2), probe(SEARCH, ago=300),
         unknown_at(SEARCH, 2), *SPOT_AND_SAPI],
        Leaf.FLAPPING,
        Strength.PROVEN,
        "(up to 3 changes within the hour) while 2 endpoints take it",
    ),
    (
        "registered in between, while another is refused",
        [unknown_at(ADS, 300), probe(ADS, ago=2), unknown_at(SEARCH, 2), *SPOT_AND_SAPI],
        Leaf.REFUSED_HERE_ONLY,
        Strength.PROVEN,
        "authenticates on 3 endpoints and is refused (-2008) on 1",
    ),
    (
        "a clock behind",
        [late(ACCOUNT, 7200.0), late(RESTRICTIONS, 7200.0)],
        Leaf.OWN_CLOCK,
        Strength.PROVEN,
        "clock is 7.2 s behind Binance's",
    ),
    (
        "a clock ahead",
        [late(ACCOUNT, -1500.0)],
        Leaf.OWN_CLOCK,
        Strength.PROVEN,
        "clock is 1.5 s ahead of Binance's",
    ),
    (
        "a clock a little behind",
        [late(ACCOUNT, 2000.0)],
        Leaf.OWN_CLOCK,
        Strength.LIKELY,
        "clock is 2 s behind Binance's",
    ),
    (
        "a clock a little behind for a small window",
        [late(ACCOUNT, 2000.0, recv_window_ms=1000)],
        Leaf.OWN_CLOCK,
        Strength.PROVEN,
        "clock is 2 s behind Binance's",
    ),
    (
        "a clock behind, though some are taken",
        [late(ACCOUNT, 7200.0), probe(RESTRICTIONS)],
        Leaf.OWN_CLOCK,
        Strength.PROVEN,
        "stamps with Binance's time",
    ),
    ("a clock nobody measured", [late(ACCOUNT)], Leaf.OWN_CLOCK, Strength.LIKELY, "the clock of this machine"),
    (
        "a wrong signature",
        [probe(ACCOUNT, 400, -1022, signature=Recomputed.WRONG)],
        Leaf.SIGNATURE_WRONG,
        Strength.PROVEN,
        "1 request got -1022: the signature that was sent is not the one of what was sent.",
    ),
    (
        "a signature nobody recomputed",
        [probe(ACCOUNT, 400, -1022, signature=Recomputed.UNCHECKED)],
        Leaf.SIGNATURE_WRONG,
        Strength.LIKELY,
        "or the secret is not this key's",
    ),
    (
        "a right signature of another secret",
        [probe(ACCOUNT, 400, -1022), probe(RESTRICTIONS, 400, -1022)],
        Leaf.SIGNATURE_WRONG,
        Strength.LIKELY,
        "the secret does not belong to this API key",
    ),
    ("no form of a key", [probe(ACCOUNT, 401, -2014)], Leaf.KEY_FORM, Strength.PROVEN, "got -2014"),
    (
        "banned",
        [probe(ACCOUNT, ago=2), probe(TIME, 418, -1003, retry_after_s=120)],
        Leaf.BANNED,
        Strength.PROVEN,
        "is banned at api.binance.com for 120 s more",
    ),
    ("banned, for how long is"
    " unknown", [probe(TIME, 418)], Leaf.BANNED, Strength.PROVEN, "banned at api.binance.com,"),
    (
        "a ban that is over",
        [probe(TIME, 418, ago=30), *SPOT_AND_SAPI],
        Leaf.WORKS,
        Strength.PROVEN,
        "authenticates on both endpoints",
    ),
    (
        "too much weight",
        [*SPOT_AND_SAPI, probe(ADS, 429, -1003, retry_after_s=7)],
        Leaf.RATE_LIMITED,
        Strength.PROVEN,
        "the limit of this address is used up on GET /sapi/v1/c2c/ads/getAds",
    ),
    (
        "too many orders",
        [probe("POST /api/v3/order/test", 429, -1015)],
        Leaf.RATE_LIMITED,
        Strength.PROVEN,
        "the account's order limit is used up",
    ),
    ("the firewall", [probe(ACCOUNT, 403)], Leaf.FIREWALL, Strength.PROVEN, "blocked 1 request (HTTP 403, no code):"),
    (
        "the firewall, for one request",
        [*SPOT_AND_SAPI, probe(SEARCH, 403)],
        Leaf.FIREWALL,
        Strength.PROVEN,
        "while 2 endpoints of the same host answered",
    ),
    (
        "a restricted location",
        [probe(TIME, 451), probe(ACCOUNT, 451)],
        Leaf.RESTRICTED_LOCATION,
        Strength.PROVEN,
        "2 requests got HTTP 451 at api.binance.com",
    ),
    (
        "failing servers",
        [*SPOT_AND_SAPI, probe(ADS, 503, -1008)],
        Leaf.EXCHANGE_FAILING,
        Strength.PROVEN,
        "failed on GET /sapi/v1/c2c/ads/getAds (HTTP 503), while 2 endpoints took the key",
    ),
    ("nothing but"
    " failures", [probe(ADS, 502)], Leaf.EXCHANGE_FAILING, Strength.PROVEN, "(HTTP 502): this says nothing"),
    # missing
    ("nothing", [], Leaf.UNKNOWN, None, "Nothing was asked"),
    ("public calls alone", [probe(TIME)], Leaf.UNKNOWN, None, "Only public endpoints"),
    ("-2008 without a control", [unknown_at(ADS)], Leaf.UNKNOWN, None, "no control call beside it"),
    ("-2008 by C2C alone", [unknown_at(ADS), unknown_at(SEARCH), unknown_at(CHAT)], Leaf.UNKNOWN, None, "behind c2c"),
    ("-2008 by spot alone", [unknown_at(ACCOUNT)], Leaf.UNKNOWN, None, "The service behind spot"),
    ("-2008 by futures alone", [unknown_at(POSITIONS), unknown_at(ADS)], Leaf.UNKNOWN, None, "This service"),
    (
        "the control is older than a minute",
        [probe(ACCOUNT, ago=61), probe(RESTRICTIONS, ago=61), unknown_at(ADS)],
        Leaf.UNKNOWN,
        None,
        "the last call that worked (GET /sapi/v1/account/apiRestrictions) was 61 s earlier",
    ),
    ("-2015 once", [rejected(ACCOUNT)], Leaf.UNKNOWN, None, "nobody can say yet"),
    ("-2015 by futures"
    " alone", [rejected(POSITIONS), rejected("GET /fapi/v3/balance")], Leaf.UNKNOWN, None, "nobody can"),
    ("-1002 without a control", [probe(ADS, 401, -1002)], Leaf.UNKNOWN, None, "no control call worked"),
    ("no answer", [probe(ACCOUNT, None, fault="dns: name not found")], Leaf.UNKNOWN, None, "dns: name not found"),
    ("no answer, no"
    " reason", [*SPOT_AND_SAPI, probe(ADS, None)], Leaf.UNKNOWN, None, "no answer came; 2 endpoints took"),
    ("about something else", [probe(ACCOUNT, 400, -1102)], Leaf.UNKNOWN, None, "say nothing about the key."),
    ("something else beside", [*SPOT_AND_SAPI, probe(ADS, 400, -1102)], Leaf.UNKNOWN, None, "while 2 endpoints took"),
    # conflicting
    (
        "451 and served",
        [probe(ACCOUNT, 451), probe(RESTRICTIONS)],
        Leaf.UNKNOWN,
        None,
        "refuses the location of this address and serves it",
    ),
    ("-2014 and taken", [probe(ACCOUNT, 401, -2014), probe(RESTRICTIONS)], Leaf.UNKNOWN, None, "the probes conflict"),
    ("-2008 and -2015", [unknown_at(ACCOUNT), rejected(RESTRICTIONS)], Leaf.UNKNOWN, None, "The probes conflict"),
    ("-2008 and -1002", [unknown_at(ACCOUNT), probe(ADS, 401, -1002)], Leaf.UNKNOWN, None, "The probes conflict"),
    ("-2008 and -2014", [unknown_at(ACCOUNT), probe(ADS, 401, -2014)], Leaf.UNKNOWN, None, "The probes conflict"),
    ("-1021 and a right clock", [late(ACCOUNT, 12.0)], Leaf.UNKNOWN, None, "clock is right to 12 ms"),
    (
        "a right signature refused and taken",
        [probe(ACCOUNT, 400, -1022), probe(RESTRICTIONS)],
        Leaf.UNKNOWN,
        None,
        "recomputed and right are refused on 1 endpoint and taken on 1 endpoint",
    ),
    ("two accounts", [probe(ACCOUNT), probe(ACCOUNT, account="other")], Leaf.UNKNOWN, None, "of 2 accounts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("probes", "leaf", "strength", "words"), [row[1:] for row in LEAVES], ids=[row[0] for row in LEAVES]
)
def test_where_the_decision_ends(
    probes: Sequence[Probe], leaf: Leaf, strength: Strength | None, words: str
) -> None:
    told = verdict(probes, NOW)
    assert (told.leaf, told.strength, told.side) == (leaf, strength, SIDES[leaf]), told.sentence
    assert words in told.sentence
    assert told.next_steps
    assert all(told.next_steps)
    assert ("not fixable on the client" in told.sentence) == told.not_fixable_on_the_client


def test_every_leaf_is_reached() -> None:
    assert {row[2] for row in LEAVES} == set(Leaf)


def test_a_verdict_names_its_evidence_and_the_age_of_it() -> None:
    told = verdict(THREE_AND_THREE, NOW + 5000)
    assert [(one.probe.endpoint, one.says.value, one.age_ms) for one in told.evidence] == [
        (ACCOUNT, "taken", 24_000),
        (RESTRICTIONS, "taken", 20_000),
        (ADS, "taken", 17_000),
        (SEARCH, "key unknown", 13_000),
        (CHAT, "key unknown", 9_000),
        ("POST /sapi/v1/c2c/ads/getReferencePrice", "key unknown", 5_000),
    ]
    assert (told.span_ms, told.age_ms, told.also) == (19_000, 5000, ())
    assert "with the request ids id-1, id-2" in told.next_steps[0]


def test_probes_that_grew_old_say_so() -> None:
    assert verdict(SPOT_AND_SAPI, NOW + 598_999).sentence.endswith("asked.")
    assert verdict(SPOT_AND_SAPI, NOW + 10_800_000).sentence.endswith("(as of 3 h ago)")
    assert verdict([], NOW).age_ms is None


def test_what_else_was_refused_is_told_besides() -> None:
    told = verdict([*THREE_AND_THREE, rejected(POSITIONS), probe(TIME, None)], NOW)
    assert told.leaf is Leaf.PERMISSION_MISSING
    assert told.also == (
        f"key unknown (-2008) on {SEARCH}, {CHAT}, POST /sapi/v1/c2c/ads/getReferencePrice",
        f"nothing on {TIME}",
    )
    assert verdict([*SPOT_AND_SAPI, probe(TIME, 500), rejected(ADS)], NOW).also == (
        f"failing (500) on {TIME}",
    )


def test_what_is_refused_beside_a_flapping_endpoint_is_told() -> None:
    turns = [unknown_at(ADS, 900), probe(ADS, ago=600), unknown_at(ADS, 300), probe(ADS, ago=2)]
    told = verdict([*turns, unknown_at(SEARCH, 2), *SPOT_AND_SAPI], NOW)
    assert told.also == ("key unknown (-2008) on POST /sapi/v1/c2c/ads/search",)


def test_support_gets_the_ids_of_refusals_where_the_endpoint_takes_the_key_now() -> None:
    turns = [unknown_at(ADS, 900), probe(ADS, ago=600), unknown_at(ADS, 300), probe(ADS, ago=2)]
    named = [replace(one, edge_request_id=f"id{number}") for number, one in enumerate(turns)]
    told = verdict([*named, unknown_at(SEARCH, 2), *SPOT_AND_SAPI], NOW)
    assert "the request ids id2." in told.next_steps[0]


def test_a_key_of_the_futures_testnet_is_known_by_its_form() -> None:
    refused = [unknown_at(ACCOUNT), unknown_at(RESTRICTIONS)]
    told = verdict(refused, NOW, KeyFacts(futures_testnet_shape=True))
    assert (told.leaf, told.strength) == (Leaf.WRONG_ENVIRONMENT, Strength.LIKELY)
    there = [replace(one, host=FUTURES_TESTNET) for one in refused]
    assert verdict(there, NOW, KeyFacts(futures_testnet_shape=True)).leaf is Leaf.KEY_UNKNOWN


def test_a_key_without_a_list_of_addresses_is_not_refused_for_one() -> None:
    told = verdict([*SPOT_AND_SAPI, rejected(POSITIONS)], NOW, KeyFacts(ip_restricted=False))
    assert "address" not in told.sentence


def at(endpoint: str, ms: int, status: int = 200, code: int | None = None) -> Probe:
    """A probe some ms before NOW."""
    return replace(probe(endpoint, status, code), at_ms=NOW - ms)


def test_a_control_call_is_of_the_same_minute_and_flapping_of_the_same_hour() -> None:
    refused = unknown_at(ADS)
    assert verdict([at(ACCOUNT, 60_000), refused], NOW).leaf is Leaf.REFUSED_HERE_ONLY
    assert verdict([at(ACCOUNT, 60_001), refused], NOW).leaf is Leaf.UNKNOWN
    assert verdict([at(ADS, 3_600_000), *SPOT_AND_SAPI, refused], NOW).leaf is Leaf.FLAPPING
    assert verdict([at(ADS, 3_600_001), *SPOT_AND_SAPI, refused], NOW).leaf is Leaf.REFUSED_HERE_ONLY


def test_an_age_is_told_from_ten_minutes_on() -> None:
    one = [at(ACCOUNT, 0)]
    assert verdict(one, NOW + 599_999).sentence.endswith("asked.")
    assert verdict(one, NOW + 600_000).sentence.endswith("asked. (as of 10 min ago)")
    assert verdict(one, NOW - 5).age_ms == 0


def test_a_clock_that_is_half_a_second_off_is_not_called_right() -> None:
    assert verdict([late(ACCOUNT, 499.9)], NOW).leaf is Leaf.UNKNOWN
    assert verdict([late(ACCOUNT, 500.0)], NOW).leaf is Leaf.OWN_CLOCK
    assert verdict([late(ACCOUNT, -499.9)], NOW).leaf is Leaf.UNKNOWN
    assert verdict([late(ACCOUNT, 5000.0)], NOW).strength is Strength.LIKELY
    assert verdict([late(ACCOUNT, 5000.1)], NOW).strength is Strength.PROVEN


@pytest.mark.parametrize(
    "row", [row for row in LEAVES if "conflict" in row[4] or row[0].startswith(("-2014", "451"))]
)
def test_a_conflict_shows_all_sides(row: tuple[str, Sequence[Probe], Leaf, Strength | None, str]) -> None:
    assert {one.probe.endpoint for one in verdict(row[1], NOW).evidence} == {one.endpoint for one in row[1]}


SHOWN = {
    "a clock behind, though some are taken": 2,
    "a right signature refused and taken": 2,
    "failing servers": 3,
    "in turn": 4,
    "in turn, taken now": 3,
    "in turn, taken now, while another is refused": 4,
    "in turn, two of them, one taken now": 6,
    "the firewall, for one request": 3,
    "-2015 where the key was taken": 2,
    "-2008 everywhere, taken before": 4,
    "the key of another environment": 3,
    "no answer, no reason": 3,
    "something else beside": 3,
    "-2015 on another host": 3,
    "-1002 beside calls that work": 3,
    "the control is older than a minute": 2,
    "taken, then refused, without a control": 2,
    "public calls alone": 1,
    "too much weight": 1,
    "a wrong signature": 1,
    "-2008 by C2C alone": 3,
}
"""How many probes the evidence of a row has."""


@pytest.mark.parametrize("name", SHOWN)
def test_how_much_a_verdict_stands_on(name: str) -> None:
    (probes,) = (row[1] for row in LEAVES if row[0] == name)
    assert len(verdict(probes, NOW).evidence) == SHOWN[name]


OUR_OWN = {
    "an unknown key": [unknown_at(ACCOUNT), unknown_at(RESTRICTIONS), unknown_at(ADS), unknown_at(POSITIONS)],
    "a wrong environment": [
        replace(one, host=TESTNET) for one in (unknown_at(ACCOUNT), unknown_at(POSITIONS))
    ],
    "an address not allowed": [rejected(ACCOUNT), rejected(RESTRICTIONS), rejected(ADS), rejected(POSITIONS)],
    "a missing permission": [*SPOT_AND_SAPI, probe(ADS, 401, -1002), rejected(POSITIONS)],
    "a wrong clock": [late(ACCOUNT, 9000.0), late(RESTRICTIONS, 9000.0), late(ADS, 9000.0), late(POSITIONS)],
    "a wrong secret": [probe(ACCOUNT, 400, -1022), probe(RESTRICTIONS, 400, -1022), probe(ADS, 400, -1022)],
}


@pytest.mark.parametrize("cause", OUR_OWN)
def test_what_the_user_can_mend_is_never_called_not_fixable(cause: str) -> None:
    """Whatever part of the probes was made, in whatever order, with public calls and failures in between."""
    probes = [*OUR_OWN[cause], probe(TIME), probe(CHAT, 503)]
    for size in range(len(probes) + 1):
        for chosen in combinations(probes, size):
            told = verdict(chosen[::-1], NOW)
            assert "not fixable" not in text(told), told
            assert told.leaf not in (Leaf.REFUSED_HERE_ONLY, Leaf.FLAPPING)


def test_a_refusal_of_the_same_run_that_the_user_can_mend_goes_first() -> None:
    for mendable in (
        late(POSITIONS, 9000.0),
        rejected(POSITIONS),
        probe(POSITIONS, 400, -1022),
        probe(POSITIONS, 403),
    ):
        told = verdict([*THREE_AND_THREE, mendable], NOW)
        assert told.side is not Side.BINANCE
        assert "not fixable" not in text(told)


def text(told: Verdict) -> str:
    return " ".join([told.sentence, *told.next_steps, *told.also])
