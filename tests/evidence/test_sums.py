"""Sums as `sha256sum` writes them itself."""

import subprocess
from pathlib import Path

from proxy.evidence.sums import sums


def test_they_are_those_of_sha256sum(tmp_path: Path) -> None:
    members = {"a.txt": b"abc", "repro/b.txt": b"", "c": bytes(range(256))}
    for name, data in members.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(["sha256sum", *members], cwd=tmp_path, capture_output=True, check=True)
    assert sums(members) == done.stdout
