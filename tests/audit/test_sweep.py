"""One sweep: bounded in time and weight, stored answers without a value of theirs, and what stops it."""

import time
from pathlib import Path

import pytest
from msgspec import structs

from proxy.audit.built_in import built_in
from proxy.audit.calls import CallSet
from proxy.audit.own_sets import own_set
from proxy.audit.series import round_of, verdict_on
from proxy.audit.sweep import BUDGET, require_budget
from proxy.core.catalogue import Environment, PrefixFamily
from proxy.core.errors import UsageError
from proxy.core.findings import Strength
from proxy.core.probes import KeyFacts, Leaf
from proxy.sandbox import Fault
from tests.audit.conftest import World


async def test_the_twelve_p2p_reads_and_their_controls_take_seconds_and_little_weight(world: World) -> None:
    began = time.monotonic()
    (run,) = (await round_of(world.plan("c2c"))).runs
    assert time.monotonic() - began < 5
    assert (len(run.probes), run.weight) == (15, 34)
    spent = {one.target.partition(b"?")[0]: one for one in world.seen}
    assert b"/api/v3/account" in spent
    used = max(
        probe.weight_used or 0 for probe in run.probes if probe.host and probe.path == "/api/v3/account"
    )
    assert used < BUDGET  # with the five questions for the time


async def test_the_calls_of_a_group_stand_between_its_controls(world: World) -> None:
    """So that a refusal has a control call that worked after it, and the verdict is proven, also with one group."""
    world.be("permission-missing:permission=futures", "flapping-2008:works=0")
    one_group = CallSet("one", built_in("c2c").groups[:1])
    plan = world.plan(one_group)
    (run,) = (await round_of(plan)).runs
    asked = [one.target.partition(b"?")[0].decode() for one in world.seen if one.security == "signed"]
    assert (asked[0], asked[-1]) == ("/api/v3/account", "/sapi/v1/account/apiRestrictions")
    told = verdict_on((run,), [], world.clock.unix_ms())
    assert (told.leaf, told.strength) == (Leaf.REFUSED_HERE_ONLY, Strength.PROVEN)


async def test_it_takes_seconds_too_where_each_answer_takes_a_while(world: World) -> None:
    """150 ms a round trip: more than between continents. The five questions for the time come first."""
    world.sandbox.faults.add(Fault("/", times=1000, delay_s=0.15))
    began = time.monotonic()
    (run,) = (await round_of(world.plan("c2c"))).runs
    assert {probe.status for probe in run.probes} == {200}
    assert time.monotonic() - began < 5


async def test_what_the_key_may_do_is_learned_from_one_good_answer_alone(world: World) -> None:
    (run,) = (await round_of(world.plan("c2c"))).runs
    assert run.facts == KeyFacts(ip_restricted=False)
    world.sandbox.faults.add(
        Fault("/sapi/v1/account/apiRestrictions", status=500, body=b'{"ipRestrict":true}')
    )
    (again,) = (await round_of(world.plan("c2c"))).runs
    assert again.facts == KeyFacts()


def test_a_budget_is_kept_before_anything_is_sent() -> None:
    one, other = built_in("c2c"), built_in("spot")
    require_budget((one,), 2, BUDGET)
    with pytest.raises(UsageError, match="weigh about 107 together") as raised:
        require_budget((one, other), 1, BUDGET)
    assert "--budget 107" in raised.value.hint
    require_budget((one, other), 1, 107)


async def test_who_is_asked_to_wait_stops_and_says_so(world: World) -> None:
    world.be("429-then-418:weight=20,ban_after=1")
    (run,) = (await round_of(world.plan("c2c"))).runs
    assert run.skipped
    assert all("asked to wait" in one.why for one in run.skipped)
    asked = len(world.seen)
    (again,) = (await round_of(world.plan("c2c"))).runs  # another process would read the same hold
    assert (again.probes, len(again.skipped), len(world.seen)) == ((), 15, asked)


async def test_a_call_that_gets_no_answer_names_the_stage_and_the_others_go_on(world: World) -> None:
    world.sandbox.faults.add(Fault("/sapi/v1/c2c/ads/search", drop="before", times=9))
    (run,) = (await round_of(world.plan("c2c"))).runs
    silent = [probe for probe in run.probes if probe.status is None]
    assert [(probe.endpoint, probe.fault) for probe in silent] == [
        ("POST /sapi/v1/c2c/ads/search", "head: the connection ended before Binance answered")
    ]
    assert sum(probe.status == 200 for probe in run.probes) == 14


async def test_where_nobody_listens_every_result_says_so(world: World) -> None:
    await world.running.stop()
    (run,) = (await round_of(world.plan("spot"))).runs
    assert {probe.fault for probe in run.probes} == {"connect: connection refused"}
    assert {probe.status for probe in run.probes} == {None}


async def test_what_the_environment_has_not_is_skipped(world: World) -> None:
    plan = world.plan("c2c")
    (account, _), *_ = plan.accounts
    spot_alone = Environment("testnet", {PrefixFamily.API: world.running.url})
    (run,) = (await round_of(structs.replace(plan, accounts=((account, spot_alone),)))).runs
    assert [probe.path for probe in run.probes] == ["/api/v3/account"]
    assert all("testnet environment has no /sapi" in one.why for one in run.skipped)


async def test_nothing_of_a_value_is_stored(world: World, tmp_path: Path) -> None:
    """Query, body, answer, key, secret and signature stay out: what is stored is known word by word."""
    path = tmp_path / "set.yaml"
    path.write_text(
        "name: mine\ngroups:\n  - calls:\n      - GET /sapi/v1/c2c/ads/getAds?page=424242\n"
        '      - \'POST /sapi/v1/c2c/ads/search {"asset":"CANARYCOIN","fiat":"USD","tradeType":"BUY"}\'\n'
    )
    await round_of(world.plan(own_set(path)))
    (file,) = (tmp_path / "journal").glob("audit-*")
    text = file.read_text("ascii")
    key = world.account()
    sent = b" ".join(one.target + one.body for one in world.seen).decode("latin-1")
    signatures = [
        pair.partition("=")[2] for pair in sent.replace(" ", "&").split("&") if pair.startswith("signature=")
    ]
    answers = [
        word
        for one in world.seen
        for word in one.answer.decode("utf-8", "replace").split('"')
        if len(word) > 40
    ]
    assert len(signatures) >= 4
    assert answers
    for canary in [key.api_key, "testsecret", "424242", "CANARYCOIN", str(tmp_path), *signatures, *answers]:
        assert canary not in text, canary
