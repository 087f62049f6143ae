"""`export har`."""

import json
import stat
from pathlib import Path

from tests.cli.conftest import Run


def test_a_har(run: Run, journal: Path) -> None:
    said = run("export", "har", "--journal", str(journal))
    assert said.code == 0
    assert said.err.splitlines()[-1] == "5 flows in flows.har"
    out = Path("flows.har")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert len(json.loads(out.read_text())["log"]["pages"]) == 5


def test_two_bundles_cannot_be_matched(run: Run, journal: Path) -> None:
    for name in ("one", "two"):
        run("export", "har", "--journal", str(journal), "--out", name)
    one, two = (Path(name).read_text() for name in ("one", "two"))
    assert one != two
