"""docs/mitmproxy.md tells what the addon does now."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from addons.doctor.conclusion import MISTAKEN, REFUSED, RIGHT
from addons.doctor.options import OPTIONS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "mitmproxy.md").read_text(encoding="utf-8")


def test_every_option_is_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(binance_\w+)` \| `?(\w+)`? \|", PAGE, re.MULTILINE))
    defaults = {option.name: str(option.default or "none").lower() for option in OPTIONS}
    defaults["binance_allow_private"] = "false"
    assert rows == defaults


def test_every_option_and_command_that_is_named_exists() -> None:
    named = set(re.findall(r"\bbinance[._][a-z_]+\b", PAGE))
    known = {option.name for option in OPTIONS} | {"binance.explain", "binance.export_redacted"}
    assert named - {"binance_doctor", "binance.com"} == known


def test_every_mark_is_explained() -> None:
    assert all(f"`{marker}`" in PAGE for marker in (MISTAKEN, REFUSED, RIGHT))


def test_it_warns_of_files_that_are_not_redacted() -> None:
    assert re.search(r"`-w`.*unredacted", PAGE)


@pytest.mark.slow
def test_its_transcripts_are_what_mitmdump_prints() -> None:
    script = ROOT / "scripts" / "mitmproxy_transcript.py"
    done = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, f"run scripts/mitmproxy_transcript.py:\n{done.stdout}{done.stderr}"
