"""The scripts of PowerShell: run where it is installed; their text is looked at in any case."""

from pathlib import Path

import pytest

from proxy.evidence.repro.powershell import script
from tests.evidence.repro.running import FLOWS, WRITES, accepted, call, program, run

PROGRAM = program("pwsh")


@pytest.mark.skipif(not PROGRAM, reason="pwsh is not installed here: Debian has no package of it")
@pytest.mark.parametrize("name", FLOWS)
async def test_it_signs_itself_and_is_accepted(name: str, tmp_path: Path) -> None:
    made = call(name)
    more = {"REALLY": "yes"} if name in WRITES else {}
    accepted(await run(made, "powershell", [*PROGRAM, "-NoProfile", "-File"], tmp_path, **more), made, name)


@pytest.mark.parametrize("name", FLOWS)
def test_brackets_and_quotes_are_closed(name: str) -> None:
    text = script(call(name))
    assert [text.count(sign) % 2 for sign in "'\""] == [0, 0]
    assert [text.count(one) == text.count(other) for one, other in ("()", "[]", "{}")] == [True] * 3
    assert "GetBytes($env:BINANCE_API_SECRET)" in text or name == "in public"
