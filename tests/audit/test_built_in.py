"""The sets that come along: what is in them, and that the strict exchange answers all of it."""

import pytest

from proxy.audit.built_in import NAMES, built_in
from proxy.audit.series import round_of
from proxy.probing.read_only import is_read
from proxy.sandbox.personalities.flapping_2008 import PREFIX, SIX
from tests.audit.conftest import World


def test_c2c_begins_with_the_six_calls_of_the_merchant() -> None:
    first = built_in("c2c").sections[0]
    assert [name.partition(" ")[2].removeprefix(PREFIX) for name in first.calls] == list(SIX)
    assert first.controls == ("GET /api/v3/account", "GET /sapi/v1/account/apiRestrictions")


@pytest.mark.parametrize("name", NAMES)
def test_each_group_has_a_control_and_each_call_is_a_read_that_stands_once(name: str) -> None:
    found = built_in(name)
    assert all(group.controls for group in found.groups)
    assert all(is_read(call.endpoint) for call in found.calls)
    calls = [call for section in found.sections for call in section.calls]
    controls = {call for section in found.sections for call in section.controls}
    assert len(set(calls)) == len(calls)
    assert controls.isdisjoint(calls)
    assert found.weight < 100


@pytest.mark.parametrize("name", NAMES)
async def test_a_right_key_has_all_of_it_answered_and_nothing_is_carried_out(name: str, world: World) -> None:
    (run,) = (await round_of(world.plan(name))).runs
    assert {(probe.status, probe.signature.value) for probe in run.probes} == {(200, "right")}
    assert not run.skipped
    assert world.sandbox.executed == []
    asked = {
        (one.method, one.target.partition(b"?")[0].decode()) for one in world.seen if one.security == "signed"
    }
    assert asked == {(call.endpoint.method, call.endpoint.path) for call in built_in(name).calls}
    assert {one.signature for one in world.seen if one.security == "signed"} == {"valid"}
