"""The merchant's story: one of six calls works, an hour later three, then one again; spot and wallet know the key.

What the audit shows is held against the exchange's own schedule. Then the same with what the merchant could mend: an
unknown key, another environment, an address, a permission, a clock. Of those nobody is ever told that it is not
fixable on the client.
"""

import pytest

from proxy.audit.matrix import matrix
from proxy.audit.run import Timetable
from proxy.audit.series import keep_asking, round_of, runs_since, verdict_on
from proxy.audit.timeline import timeline
from proxy.core.probes import Leaf, Verdict
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account
from proxy.sandbox.personalities.flapping_2008 import PREFIX, SIX, working
from tests.audit.conftest import World

SEED = 7
POSTS = ("ads/search", "ads/getReferencePrice")


def name(path: str) -> str:
    return f"{'POST' if path in POSTS else 'GET'} {PREFIX}{path}"


async def test_matrix_timeline_and_score_equal_the_schedule(world: World) -> None:
    world.be(f"flapping-2008:seed={SEED},step=1h,works=1-3-1")
    plan = world.plan("c2c")
    table = Timetable(world.clock.unix_ms(), 600.0, 3 * 3600.0 - 600.0)
    progress: list[int] = []
    await keep_asking(plan, table, lambda asked: progress.append(asked.number), continued=False)
    assert progress == list(range(18))  # three hours, every ten minutes

    runs = runs_since(plan, 0)
    found = matrix(runs)
    rows = {row.endpoint: row for row in found.rows}
    expected = ["".join("#" if path in working(SEED, count) else "x" for count in (1, 3, 1)) for path in SIX]
    assert sorted(expected) == ["###", "x#x", "x#x", "xxx", "xxx", "xxx"]
    lines = {line.endpoint: "".join(line.cells) for line in timeline(runs, 60).lines}
    for path, hours in zip(SIX, expected, strict=True):
        row = rows[name(path)]
        assert lines[name(path)] == "".join(hour * 6 for hour in hours)
        assert (row.works, row.asked) == (6 * hours.count("#"), 18)
        assert dict(row.failures) == ({"-2008": 6 * hours.count("x")} if "x" in hours else {})
        assert row.verdict == {"###": "works", "x#x": "mixed", "xxx": "fails"}[hours]
        # 17 places, changes at the 6th and the 12th: (0.75 + 5 * 0.5 / 16 + 0.75 + 11 * 0.5 / 16) / 17
        assert row.flapping.percent == pytest.approx(11.765 if hours == "x#x" else 0.0, abs=0.001)
        assert not row.flapping.now
    assert found.groups[0].name == "the merchant's six"
    assert found.groups[0].rate == (6 * (1 + 3 + 1), 108)
    rates = [matrix([run]).groups[0].rate for run in runs]
    assert rates == [(1, 6)] * 6 + [(3, 6)] * 6 + [(1, 6)] * 6
    assert all(
        rows[control].verdict == "works" for control in ("GET /api/v3/account", "GET /sapi/v1/account/status")
    )

    told = verdict_on((runs[-1],), runs, world.clock.unix_ms())
    assert told.not_fixable_on_the_client
    assert "not fixable on the client" in told.sentence
    assert {one.probe.signature.value for one in told.evidence} == {"right"}


async def test_an_endpoint_that_changes_each_time_is_said_to_flap(world: World) -> None:
    world.be(f"flapping-2008:seed={SEED},step=10m,works=1-3")
    plan = world.plan("c2c")
    table = Timetable(world.clock.unix_ms() + 1000, 600.0, 7200.0)
    await keep_asking(plan, table, lambda _: None, continued=False)
    flaps = {row.endpoint for row in matrix(runs_since(plan, 0)).rows if row.flapping.now}
    by_turns = {name(path) for path in working(SEED, 3) - working(SEED, 1)}
    assert by_turns <= flaps
    assert {name(path) for path in SIX} & flaps == by_turns
    told = verdict_on((runs_since(plan, 0)[-1],), runs_since(plan, 0), world.clock.unix_ms())
    assert (told.leaf, told.not_fixable_on_the_client) == (Leaf.FLAPPING, True)


async def told(world: World, *accounts: Account) -> Verdict:
    plan = world.plan("c2c", accounts=accounts or None)
    asked = await round_of(plan)
    return verdict_on(asked.runs, runs_since(plan, 0), world.clock.unix_ms())


@pytest.mark.parametrize(
    ("personalities", "leaf"),
    [
        (("unknown-key",), Leaf.KEY_UNKNOWN),
        (("wrong-environment",), Leaf.KEY_UNKNOWN),  # the other environment was not asked
        (("ip-2015",), Leaf.ADDRESS_NOT_ALLOWED),
        (("permission-missing",), Leaf.PERMISSION_MISSING),
        (("clock-ahead:hidden=yes",), None),
        (("clock-behind:hidden=yes",), None),
        (("waf-403",), Leaf.FIREWALL),
        (("429-then-418:weight=20",), Leaf.RATE_LIMITED),
        (("maintenance",), Leaf.EXCHANGE_FAILING),
        (("wrapper-9000",), Leaf.UNKNOWN),
        # The merchant's exchange, and one thing at home that is wrong as well.
        (("flapping-2008:works=1", "unknown-key"), Leaf.KEY_UNKNOWN),
        (("flapping-2008:works=1", "ip-2015"), None),
        (("flapping-2008:works=1", "clock-ahead:hidden=yes"), None),
        (("clock-ahead",), Leaf.WORKS),  # whose time can be asked is followed
        (("clock-behind",), Leaf.WORKS),
    ],
)
async def test_what_can_be_mended_at_home_is_never_called_not_fixable(
    personalities: tuple[str, ...], leaf: Leaf | None, world: World
) -> None:
    world.be(*personalities)
    found = await told(world)
    assert not found.not_fixable_on_the_client
    assert "not fixable" not in found.sentence
    if leaf is not None:
        assert found.leaf is leaf


async def test_a_wrong_secret_is_a_wrong_secret(world: World) -> None:
    key = world.account()
    found = await told(world, Account("main", "sandbox", key.api_key, HmacKey(Secret(b"another"))))
    assert found.leaf is Leaf.SIGNATURE_WRONG
    assert not found.not_fixable_on_the_client


async def test_after_it_worked_a_change_at_home_is_still_no_fault_of_the_exchange(world: World) -> None:
    await told(world)
    world.clock.jumped += 600.0
    for one in ("ip-2015", "unknown-key"):
        world.be(one)
        found = await told(world)
        assert not found.not_fixable_on_the_client, one
        world.clock.jumped += 600.0
