"""Each policy that docs/policy.md shows can be copied into a file as it stands: it loads, and nothing about it is doubtful."""

import re
import textwrap
from pathlib import Path

import pytest

from proxy.config.checks import CHECKS
from proxy.config.convert import convert
from proxy.config.document import parse_document
from proxy.config.policy_checks import doubtful_policies

PAGE = Path(__file__).resolve().parents[2] / "docs" / "policy.md"
BLOCKS = [
    textwrap.dedent(block)
    for block in re.findall(r"(?:^    .*\n|^\n)+", PAGE.read_text("utf-8"), re.MULTILINE)
    if re.search(r"^    policy:", block, re.MULTILINE)
]


def test_the_page_shows_some() -> None:
    assert len(BLOCKS) >= 8


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_policy_of_the_page_can_be_copied(block: str) -> None:
    conversion = convert(parse_document(block.encode(), "docs/policy.md").data)
    assert conversion.problems == []
    assert [problem for check in CHECKS for problem in check(conversion.settings)] == []
    assert list(doubtful_policies(conversion.settings)) == []
