"""Markdown in which texts of others are text."""

from pathlib import Path

import pytest

from proxy.core.foreign import Foreign
from proxy.evidence.report.blocks import Figure, LeftOut, Lines, Section, Table, says
from proxy.evidence.report.markdown import markdown
from proxy.evidence.report.material import Material
from proxy.evidence.report.page import sections_of
from proxy.evidence.report.story import story_of
from proxy.journal import Reader
from tests.hostile.foreign_journal import hostile_journal


def test_a_page() -> None:
    page = markdown(
        "Title",
        [
            Section(
                "One", (says("ours ", Foreign("*theirs*"), "."), Table(("a", "b|"), (("1", Foreign("x|y")),)))
            ),
            Section("Two", (Lines((Foreign("# a\nb"), "c")), Figure("f.svg", "<svg/>", "a picture"))),
            LeftOut("Three", "there is [none]"),
        ],
    )
    assert page == (
        "# Title\n\n## One\n\nours `*theirs*`.\n\n| a | b\\| |\n| --- | --- |\n| 1 | x\\|y |\n\n## Two\n\n    # a\\nb\n"
        "    c\n\n![a picture](f.svg)\n\n## Three\n\nLeft out: there is \\[none\\].\n"
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    directory: Path = tmp_path_factory.mktemp("foreign")
    hostile_journal(directory)
    records = [entry.record for entry in Reader(directory).entries()]
    return markdown("Title", sections_of(Material(story_of(records), {})))


def test_no_record_makes_a_line_or_a_cell_of_its_own(hostile: str) -> None:
    lines = hostile.splitlines()
    assert all(line.isprintable() for line in lines)
    assert len([line for line in lines if line.startswith("#")]) == 15
    cells = 0
    for line in lines:
        if not line.startswith("| "):
            cells = 0
            continue
        count = line.replace("\\|", "").count("|")
        cells = cells or count
        assert count == cells, line


def test_no_html_of_a_record_gets_out_of_its_code(hostile: str) -> None:
    outside = "".join(part for line in hostile.splitlines() for part in line.split("`")[::2])
    assert "<" not in outside.replace("&lt;", "").replace("\\<", "")
