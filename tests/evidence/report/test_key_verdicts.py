"""The first paragraph: whose fault it is, by what flows and sweeps show together, and no more than they show."""

from typing import Any

from msgspec import structs

from proxy.audit.run import Run
from proxy.core.probes import Leaf
from proxy.evidence.report.key_verdicts import KeyVerdict, key_verdicts
from proxy.evidence.report.markdown import markdown
from proxy.evidence.report.sections.verdict import section
from tests.audit.runs import runs
from tests.evidence.report.stories import BAD, flow, material, refused, story

NOON_MS = 1_784_800_800_000  # 2026-07-23T10:00:00Z
TAG = "f060413a51"
CONTROL, ADS = "GET /api/v3/account", "GET /sapi/v1/c2c/ads/getAds"


def swept(at_s: float, letters: str = "x", control: str = "#", **more: Any) -> list[Run]:
    """Sweeps of the key of the flows, one each ten minutes, the first at 10:00 and so many seconds."""
    found = runs({CONTROL: control * len(letters), ADS: letters}, controls=(CONTROL,))
    move = NOON_MS + round(at_s * 1000) - found[0].began_ms
    return [
        structs.replace(
            run,
            key=TAG,
            began_ms=run.began_ms + move,
            probes=tuple(structs.replace(one, at_ms=one.at_ms + move) for one in run.probes),
            **more,
        )
        for run in found
    ]


def only(*flows: Any, sweeps: list[Run] | None = None) -> KeyVerdict:
    (one,) = key_verdicts(story(*flows), sweeps or [], NOON_MS + 120_000)
    return one


def first(*flows: Any, sweeps: list[Run] | None = None) -> str:
    """The first paragraph."""
    found = section(material(*flows, runs=sweeps or [], made_ms=NOON_MS + 120_000))
    return markdown("", [found]).split("\n\n")[2]


def test_flows_with_a_control_behind_the_refusal() -> None:
    one = only(flow(1), refused(2), flow(3))
    assert (one.told.leaf, one.told.strength) == (Leaf.REFUSED_HERE_ONLY, "proven")
    assert first(flow(1), refused(2), flow(3)) == (
        "refused-here-only, proven: Your key authenticates on 1 endpoint and is refused (-2008) on 1 in the same second: "
        "not fixable on the client."
    )


def test_signatures_are_called_correct_only_where_each_was_recomputed() -> None:
    assert "correct signatures" not in first(flow(1), refused(2), flow(3))
    assert "with correct signatures" in first(
        flow(1, signature="valid"), refused(2), flow(3, signature="valid")
    )


def test_without_a_control_it_is_unknown_and_says_what_is_missing() -> None:
    one = only(refused(2))
    assert one.told.leaf is Leaf.UNKNOWN
    assert (
        "unknown: The service behind c2c does not know this key (-2008), and no control call beside it"
        in first(refused(2))
    )


def test_sweeps_alone_decide_as_well() -> None:
    one = only(sweeps=swept(0))
    assert one.told.leaf is Leaf.REFUSED_HERE_ONLY
    assert one.account.terminal() == "main"


def test_flows_and_sweeps_of_one_key_are_judged_together() -> None:
    one = only(refused(20), sweeps=swept(0, "#"))
    assert one.told.leaf is Leaf.REFUSED_HERE_ONLY
    assert {found.probe.endpoint for found in one.told.evidence} == {CONTROL, ADS, f"GET {BAD}"}


def test_a_good_flow_beside_a_good_sweep_takes_nothing_from_the_signatures() -> None:
    told = first(flow(2), sweeps=swept(0))
    assert "with correct signatures: not fixable on the client." in told
    assert "correct signatures" not in first(flow(2, "/api/v3/openOrders"), sweeps=swept(0))


def test_a_flow_between_refusals_is_never_left_out() -> None:
    ads = "/sapi/v1/c2c/ads/getAds"
    one = only(flow(2, ads), refused(3, ads), flow(4, ads), sweeps=swept(0, "#"))
    assert one.told.leaf is Leaf.FLAPPING


def test_a_sweep_speaks_for_a_refusal_that_lacks_a_control() -> None:
    one = only(refused(500), sweeps=swept(0))
    assert one.told.leaf is Leaf.UNKNOWN
    assert one.by_audit is not None
    assert one.by_audit.leaf is Leaf.REFUSED_HERE_ONLY
    told = markdown("", [section(material(refused(500), runs=swept(0), made_ms=NOON_MS + 600_000))])
    assert told.index("refused-here-only") < told.index("Of the requests by themselves: unknown:")


def test_a_sweep_of_long_ago_or_beside_other_trouble_speaks_for_nobody() -> None:
    assert only(refused(500), sweeps=swept(-4000)).by_audit is None
    trouble = (
        refused(500),
        flow(499, "/api/v3/openOrders", 502),
    )
    assert only(*trouble, sweeps=swept(0)).by_audit is None


def test_the_moment_of_the_refusal_counts_and_what_came_later_is_told() -> None:
    flows = flow(1), refused(2), flow(3), flow(200), flow(201, BAD)
    one = only(*flows)
    assert one.told.leaf is Leaf.REFUSED_HERE_ONLY
    assert one.later == (f"GET {BAD}",)
    assert f"Later it was taken on GET {BAD}." in markdown("", [section(material(*flows, made_ms=NOON_MS))])


def test_what_can_be_mended_at_home_is_never_called_not_fixable() -> None:
    clock = flow(2, BAD, 400, "-1021"), flow(1), refused(3, "/sapi/v1/c2c/chat")
    assert only(*clock).told.leaf is Leaf.OWN_CLOCK
    everywhere = refused(1), refused(2, "/api/v3/account"), refused(3, "/sapi/v1/account/status")
    assert only(*everywhere).told.leaf is Leaf.KEY_UNKNOWN
    assert "not fixable" not in first(*clock) + first(*everywhere)


def test_two_keys_are_two_verdicts_the_one_refused_most_first() -> None:
    other: dict[str, Any] = {"key": "<key:0000000000:64:0Aa>", "account": "second"}
    flows = flow(1, **other), flow(4), refused(5), flow(6)
    told = [(one.account.terminal(), one.told.leaf) for one in key_verdicts(story(*flows), [], NOON_MS)]
    assert told == [("main", Leaf.REFUSED_HERE_ONLY), ("second", Leaf.WORKS)]
    assert first(*flows).startswith("Account `main`: refused-here-only")


def test_what_says_nothing_of_the_key_is_no_probe() -> None:
    nothing: list[dict[str, Any]] = [
        {"shared": True},
        {"key": ""},
        {"status": None, "error": "read_only", "execution": "not_sent", "refused": 403},
        {"path": "/api/v3/a b"},
        {"server": "api.binance.com\nx"},
    ]
    for fields in nothing:
        assert key_verdicts(story(flow(1, **fields)), [], NOON_MS) == []


def test_a_refusal_is_not_forgotten_because_the_next_call_worked() -> None:
    """At once, or minutes later: what failed is told, and that it was taken again."""
    for again in (4, 30, 1200):
        one = only(flow(1), refused(2), flow(3), flow(again, BAD))
        assert (one.told.leaf, one.later) == (Leaf.REFUSED_HERE_ONLY, (f"GET {BAD}",)), again
    assert only(flow(1), flow(2, BAD)).told.leaf is Leaf.WORKS
    taken_again = only(flow(1), flow(2, BAD), refused(3), flow(4, BAD))
    assert taken_again.told.leaf is Leaf.FLAPPING


def test_a_bundle_asks_for_no_bundle() -> None:
    for flows in ((flow(1), refused(2), flow(3)), (refused(1), flow(2), refused(3), flow(4))):
        (found,) = [section(material(*flows, made_ms=NOON_MS + 120_000))]
        page = markdown("", [found])
        assert "Next: Send this to Binance support" in page
        assert "export bundle" not in page
