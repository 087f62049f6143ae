"""The version: one place, the same everywhere, and the tag of a release says it too."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import proxy

ROOT = Path(__file__).resolve().parents[2]


def test_it_stands_in_one_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["readme", "version"]
    assert project["tool"]["hatch"]["version"] == {"path": "proxy/__init__.py"}
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+(rc[0-9]+)?", proxy.__version__)


def test_the_build_reads_it_there() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "hatchling", "metadata", "version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"{proxy.__version__}\n"


def test_the_changelog_begins_with_it() -> None:
    newest = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == proxy.__version__


def test_a_tag_says_it() -> None:
    try:
        told = subprocess.run(
            ["git", "tag", "--points-at", "HEAD", "v*"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this tree is not a git checkout")
    assert told.stdout.split() in ([], [f"v{proxy.__version__}"])


def test_nobody_pays_for_it_at_the_start() -> None:
    asked = (
        "import sys, proxy; print([name for name in sys.modules if name.startswith('importlib.metadata')])"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {asked}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "[]\n"
