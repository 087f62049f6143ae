"""The scripts of node run as they are, and a strict exchange takes what they send."""

from pathlib import Path

import pytest

from tests.evidence.repro.running import FLOWS, VARIABLES, WRITES, accepted, call, missing, program, run

PROGRAM = program("node")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="node is not installed here")


@pytest.mark.parametrize("name", FLOWS)
async def test_it_signs_itself_and_is_accepted(name: str, tmp_path: Path) -> None:
    made = call(name)
    ran = await run(made, "node", PROGRAM, tmp_path, **({"REALLY": "yes"} if name in WRITES else {}))
    accepted(ran, made, name)


async def test_a_write_is_not_sent_by_accident(tmp_path: Path) -> None:
    ran = await run(call("a write"), "node", PROGRAM, tmp_path)
    assert ran.seen == []
    assert "this is no read" in ran.printed


@pytest.mark.parametrize("name", VARIABLES)
async def test_without_a_key_it_says_what_is_missing(name: str, tmp_path: Path) -> None:
    ran = await run(call("a read"), "node", PROGRAM, tmp_path, **{name: ""})
    assert ran.seen == []
    missing(ran, name)
