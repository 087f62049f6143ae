"""The output in docs/prove-a-2008.md, in both languages: what the commands print now, and nothing secret."""

import re
import shutil
import subprocess
import sys
from typing import Final

import pytest

from scripts.build_prove_a_2008 import MARKED, PAGES, ROOT, page_with
from scripts.merchants_story import KEY, TOOLS, steady

SCRIPT: Final = ROOT / "scripts" / "build_prove_a_2008.py"
SHOWN: Final = [{found[2]: found[3] for found in MARKED.finditer(page.read_text("utf-8"))} for page in PAGES]
ENGLISH, SPANISH = SHOWN


@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}")
def test_both_pages_show_what_the_commands_print() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check"], capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_story_is_the_merchants() -> None:
    """One of six calls works, an hour later three, then one; beside controls that always work."""
    assert ENGLISH == SPANISH
    assert '{"code":-2008,"msg":"Invalid Api-Key ID."}' in ENGLISH["refused"]
    assert ENGLISH["control"] == "200\n"
    drawn = dict(re.findall(r"^. \w+ +(\S+) +([#x]+) ", ENGLISH["history"], re.MULTILINE))
    six = [cells for path, cells in drawn.items() if path.startswith("/sapi/v1/c2c/ads/get")]
    assert set(drawn.values()) == {"#" * 19, "x" * 19, "x" * 6 + "#" * 6 + "x" * 7}
    assert drawn["/api/v3/account"] == six[0] == "#" * 19
    assert "the merchant's six: 31 of 114 (27 %) work" in ENGLISH["history"]  # 6 x 1, 6 x 3, 7 x 1
    assert "verdict: refused-here-only, proven." in ENGLISH["history"]
    assert "FAILED" not in ENGLISH["sums"]
    assert ENGLISH["sums"].startswith("report.md: OK\n")
    assert ENGLISH["verify"].startswith("chain ")


def test_no_key_or_secret_is_shown() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        assert KEY.secret not in text
        assert KEY.api_key not in text


def test_both_pages_give_the_same_commands() -> None:
    english, spanish = (
        re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL) for page in PAGES
    )
    assert english == spanish
    assert len(english) == 8


def test_both_letters_have_ten_lines() -> None:
    for page in PAGES:
        assert len(re.findall(r"^\d+\. ", page.read_text("utf-8"), re.MULTILINE)) == 10


def test_a_block_that_is_not_marked_or_not_made_is_told() -> None:
    mark = "<!-- output control -->\n```text\n```\n<!-- end -->\n"
    assert page_with(mark, {"control": "200"}) == mark.replace("text\n", "text\n200\n")
    for page, blocks in ((mark, {}), ("", {"control": "200"}), (mark + mark, {"control": "200"})):
        with pytest.raises(ValueError, match="the page marks"):
            page_with(page, blocks)


def test_what_is_drawn_anew_is_replaced_and_equal_ones_stay_equal() -> None:
    one, other = "0ec857b8-54b7-43b7-bc0b-44d42f369b4c", "a7244594-e7e8-454b-8bb5-d234b5e4f05b"
    told = steady({"a": f"{one} at 127.0.0.1:34439  \n", "b": f"{other} {one} 9036cb9ca2-00000001"})
    first, second = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
    assert told == {"a": f"{first} at 127.0.0.1:8190", "b": f"{second} {first} 5bd77a8da5-00000001"}
