"""A sample of `make limits-proof`, and what shows that it could fail: gateways that let more through than they should."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proxy.config.limit_checks import limit_lines
from proxy.core.errors import Execution
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.settings import Settings
from proxy.core.wire import RawRequest
from tests.limits_proof.__main__ import main
from tests.limits_proof.faults import FAULTS, Fault, present
from tests.limits_proof.forms import FAMILIES
from tests.limits_proof.policies import CASES, FAMILIES_OF, Case
from tests.limits_proof.proof import SAMPLE, Tally, prove
from tests.limits_proof.scene import Scene, scene
from tests.limits_proof.search import found_after
from tests.support.draws import FUZZING, SEED, examples

_SEED = int(SEED) if FUZZING else None


@contextmanager
def opened(directory: Path, *cases: Case) -> Iterator[tuple[asyncio.Runner, Scene]]:
    with asyncio.Runner() as runner:
        made = scene(directory, cases)
        try:
            yield runner, runner.run(made.__aenter__())
        finally:
            runner.run(made.__aexit__(None, None, None))


@pytest.mark.draws
@pytest.mark.slow
@pytest.mark.timeout(1800 if FUZZING else 120)
def test_nothing_is_executed_outside_of_its_limits(tmp_path: Path) -> None:
    tally = Tally()
    with opened(tmp_path, *CASES) as (runner, exchange):
        prove(runner, exchange, tally, days=examples(SAMPLE), seed=_SEED)
    assert tally.count("executed") > 0.1 * tally.sent > 0
    assert sum(one["executed"] > 0 for one in tally.outcomes.values()) >= len(FAMILIES) - 2
    assert len(tally.peaks) >= len(CASES) - 1


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_of_one_line_is_found_out(fault: Fault, tmp_path: Path) -> None:
    assert found_after(tmp_path, fault, days=SAMPLE) is not None, fault.harm


def test_a_fault_is_gone_afterwards() -> None:
    flow = Flow(
        "1",
        0,
        RawRequest("POST", b"/", (), b""),
        Timings(0.0),
        answer=Answer(409, ()),
        execution=Execution.ANSWERED,
    )
    (fault,) = (one for one in FAULTS if one.function == "Flow.may_have_executed")
    with present(fault):
        assert not flow.may_have_executed
    assert flow.may_have_executed


def test_a_fault_whose_line_is_gone_says_so() -> None:
    with pytest.raises(ValueError, match="has no such line"), present(replace(FAULTS[0], old="no such line")):
        pass


def _loosened(case: Case, change: Any) -> Case:
    """The gateway obeys other lines than the oracle."""
    lines = [change(line) for line in case.policy["limits"]]
    return replace(case, enforced=case.policy | {"limits": [line for line in lines if line]})


@pytest.mark.parametrize(
    ("which", "change"),
    [
        (0, lambda _: None),
        (1, lambda line: line | {"max_quantity": 10 * line.get("max_quantity", 100)}),
        (3, lambda line: line | {"max_quote": 10 * line["max_quote"]}),
        (
            4,
            lambda line: {k: v for k, v in line.items() if not k.endswith("per_day")} | {"max_quantity": 1e9},
        ),
        (6, lambda line: {k: v for k, v in line.items() if k != "symbols"} | {"max_quantity_per_day": 1e12}),
    ],
    ids=["no-limits", "ten-times-the-quantity", "ten-times-the-quote", "no-day", "any-symbol"],
)
def test_a_gateway_that_lets_more_through_is_found_out(which: int, change: Any, tmp_path: Path) -> None:
    with (
        opened(tmp_path, _loosened(CASES[which], change)) as (runner, exchange),
        pytest.raises(AssertionError, match=r"above|symbol|outside"),
    ):
        prove(runner, exchange, Tally(), days=60)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_the_policies_are_such_as_a_configuration_may_have(case: Case) -> None:
    settings = msgspec.convert({"policy": case.policy}, Settings)
    assert list(limit_lines(settings)) == []
    assert case.families


def test_every_family_has_a_policy_that_is_about_it() -> None:
    assert tuple(FAMILIES_OF) == FAMILIES
    assert {family for case in CASES for family in case.families} == set(FAMILIES)


def test_the_command_says_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--requests", "150", "--seed", "3"])
    told = capsys.readouterr().out
    assert told.startswith("seed 3: `make limits-proof SEED=3` draws the same again\n")
    assert ("nothing was executed outside of its limits" in told) is (code == 0)
    assert "\nall " in told
    assert "executed at most" in told
