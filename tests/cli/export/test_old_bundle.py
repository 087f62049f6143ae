"""x"""

import io
import zipfile
from pathlib import Path

from tests.cli.conftest import Run


def test_a_bundle(run: Run, journal: Path) -> None:
    said = run("export", "bundle", "--journal", str(journal), "--out", "report.zip", "--status", "4xx")
    assert said.code == 0
    with zipfile.ZipFile(io.BytesIO(Path("report.zip").read_bytes())) as archive:
        assert len(archive.read("flows.jsonl").splitlines()) == 1
