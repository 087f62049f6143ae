"""HTML that does nothing: no script, nothing loaded, texts of others as text."""

from html.parser import HTMLParser

import pytest

from proxy.core.foreign import Foreign
from proxy.evidence.report.blocks import Figure, LeftOut, Lines, Section, Table, says
from proxy.evidence.report.html import html
from proxy.evidence.report.material import Material
from proxy.evidence.report.page import sections_of
from proxy.evidence.report.story import story_of
from proxy.journal import Reader
from tests.hostile.foreign_journal import MARK, hostile_journal

TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "tr", "th", "td", "pre", "svg", "rect",
    "text", "line", "circle", "path",
}  # fmt: skip
VOID = ("meta", "rect", "line", "circle", "path")


class Probe(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Probe:
    probe = Probe()
    probe.feed(page)
    probe.close()
    assert probe.open == []
    return probe


def test_a_page() -> None:
    probe = read(
        html(
            "Title",
            [
                Section(
                    "One", (says("ours ", Foreign("<script>x</script>")), Table(("a",), ((Foreign("<b>"),),)))
                ),
                Section("Two", (Lines((Foreign("<i>"),)), Figure("f.svg", "<svg><rect/></svg>", "says"))),
                LeftOut("Three", "<none>"),
            ],
        )
    )
    assert probe.tags <= TAGS
    assert "ours <script>x</script>" in probe.text
    assert "Left out: <none>." in probe.text


def test_a_journal_that_somebody_else_wrote_stays_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("foreign")
    hostile_journal(directory)
    records = [entry.record for entry in Reader(directory).entries()]
    page = html("Title", sections_of(Material(story_of(records), {})))
    probe = read(page)
    assert probe.tags <= TAGS
    assert not {name for name in probe.attributes if name.startswith("on")} | probe.attributes & {
        "src",
        "href",
    }
    assert MARK in probe.text
    assert "\x1b" not in page
    assert "default-src 'none'" in page


def test_the_page_to_the_letter() -> None:
    page = html(
        "T",
        [
            Section("One", (says("a"), Table(("h", "i"), (("1", "2"),)), Lines(("x", "y")))),
            LeftOut("Two", "none"),
        ],
    )
    assert page.startswith('<!doctype html>\n<html lang="en">\n<head>\n')
    assert page.partition("<body>\n")[2] == (
        "<h1>T</h1>\n<h2>One</h2>\n<p>a</p>\n<table>\n<tr><th>h</th><th>i</th></tr>\n<tr><td>1</td><td>2</td></tr>\n"
        '</table>\n<pre>x\ny</pre>\n<h2>Two</h2>\n<p class="out">Left out: none.</p>\n</body>\n</html>\n'
    )
