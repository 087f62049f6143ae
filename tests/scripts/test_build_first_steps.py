"""The terminals in docs/first-steps.md: what is shown now, with tmux and without, and nothing secret."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from proxy.sandbox import demo_keys
from scripts.build_first_steps import MARKED, PAGE, ROOT, page_with
from scripts.first_steps_story import CURLS, TOOLS

SCRIPT: Final = ROOT / "scripts" / "build_first_steps.py"
SHOWN: Final = {found[2]: found[3] for found in MARKED.finditer(PAGE.read_text("utf-8"))}


@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}")
def test_the_page_shows_what_a_terminal_shows(tmp_path: Path) -> None:
    """Here without tmux; `make lint` asks the same with it, where it is installed."""
    for tool in ("sh", *TOOLS):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check"], capture_output=True, text=True, timeout=100, check=False,
        env={**os.environ, "PATH": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_init_run_and_five_requests_one_of_them_wrong() -> None:
    assert SHOWN["init"].startswith("$ signing-proxy init ")
    assert "ok    known " in SHOWN["init"]
    flows = re.findall(r"^12:00:00Z .*? (\d{3}) ", SHOWN["run"], re.MULTILINE)
    assert flows == ["200"] * 4 + ["400"]
    assert len(CURLS) == 5
    assert all(f"$ {one}\n" in SHOWN["curls"] for one in CURLS)
    assert "[gateway: A number is written with a comma" in SHOWN["curls"]


def test_no_key_secret_or_path_of_a_machine_is_shown() -> None:
    text = PAGE.read_text("utf-8")
    assert all(key.secret not in text and key.api_key not in text for key in demo_keys())
    assert "/tmp/" not in text


def test_a_block_that_is_not_marked_is_told() -> None:
    with pytest.raises(ValueError, match="the page marks"):
        page_with("", {"init": "x"})
