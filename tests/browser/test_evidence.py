"""What is opened of a bundle, in a real Chromium: the HAR by its own import, pictures and report as they are drawn."""

import json
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from proxy.audit.svg import timeline_svg
from proxy.audit.timeline import timeline
from proxy.core.settings import Settings
from proxy.evidence.anonymous import as_they_are
from proxy.evidence.bundle import About, bundle
from proxy.evidence.report.blocks import Figure, Section
from proxy.evidence.report.sections import timeline as of_calls
from proxy.journal import Reader
from tests.audit.runs import runs
from tests.browser.devtools import CHROMIUM, NO_CHROMIUM, Page, chromium
from tests.evidence.records import write_journal
from tests.evidence.report.stories import flow, material, refused
from tests.hostile.foreign_journal import MARK, hostile_journal

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason=NO_CHROMIUM),
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]

LONG = "/sapi/v1/c2c/paymentMethod/getPayMethodByUserIdAndMore"
SWEPT = {
    "GET /api/v3/account": "######",
    f"POST {LONG}": "xx##xx",
    'GET /a"><script>top.x=1</script>&': "?2x",
}

IMPORT = """import('./models/har/har.js').then((har) => {
    const root = new har.HARFormat.HARRoot(JSON.parse(%s));
    return har.Importer.Importer.requestsFromHARLog(root.log).map((one) => ({
        method: one.requestMethod, url: one.url(), status: one.statusCode, type: one.mimeType, ms: one.duration * 1000,
        sent: one.requestHeaders().length, came: one.responseHeaders.length,
    }));
})"""
"""The developer tools' own reader, as `Import HAR` in the network panel has it."""

COLLISIONS = """(() => {
    const all = (names) => [...document.documentElement.querySelectorAll(names)].map((one) => [one, one.getBoundingClientRect()]);
    const ground = document.querySelector('rect').getBoundingClientRect();
    const texts = all('text'), marks = all('circle, path, line, rect').slice(1);
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const inside = (a) => a.left >= 0 && a.right <= ground.right && a.top >= 0 && a.bottom <= ground.bottom;
    return {
        drawn: marks.filter(([, box]) => box.width + box.height > 0).length,
        outside: [...texts, ...marks].filter(([, box]) => !inside(box)).length,
        met: texts.filter(([, text]) => marks.some(([, mark]) => meet(text, mark))).map(([one]) => one.textContent),
        overlaid: texts.filter(([, a], i) => texts.some(([, b], j) => i < j && meet(a, b))).map(([one]) => one.textContent),
    };
})()"""
"""What a reader could not tell apart: texts over marks, over each other, or beyond the edge."""

HARMLESS = (
    "[document.scripts.length, performance.getEntriesByType('resource').length, typeof window.x].join()"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Page]:
    """One browser for all."""
    async with chromium() as opened:
        yield opened


def unpacked(journal: Path, to: Path) -> Path:
    """The folder of a bundle of that journal."""
    about = About(
        made_ms=1_784_800_920_000, settings=Settings(), name="b", runs=runs({"GET /api/v3/account": "##x"})
    )
    with zipfile.ZipFile(BytesIO(bundle(as_they_are(Reader(journal).entries()), about)[0])) as archive:
        archive.extractall(to)
    return to / "b"


async def test_its_own_import_reads_a_har_of_ours(page: Page, tmp_path: Path) -> None:
    (tmp_path / "usual").mkdir()
    write_journal(tmp_path / "usual")
    (tmp_path / "hostile").mkdir()
    hostile_journal(tmp_path / "hostile")
    await page.open(page.tools)
    for name in ("usual", "hostile"):
        text = (unpacked(tmp_path / name, tmp_path / f"{name}-b") / "flows.har").read_text()
        read = await page.run(IMPORT % json.dumps(text))
        entries: list[dict[str, Any]] = json.loads(text)["log"]["entries"]
        assert len(read) == len(entries) > 4
        assert Counter(map(_told, read)) == Counter(map(_written, entries))


def _told(one: dict[str, Any]) -> tuple[Any, ...]:
    return one["method"], one["status"], one["sent"], one["came"], round(one["ms"], 2)


def _written(entry: dict[str, Any]) -> tuple[Any, ...]:
    request, response = entry["request"], entry["response"]
    counts = len(request["headers"]), len(response["headers"])
    return request["method"], response["status"], *counts, round(entry["time"], 2)


async def test_pictures_are_drawn_and_nothing_covers_a_name(page: Page, tmp_path: Path) -> None:
    calls = of_calls.section(
        material(
            *(flow(at) for at in range(3)), refused(1, LONG), refused(0, "/"), refused(59, f"{LONG}<b>&")
        )
    )
    assert isinstance(calls, Section)
    (figure,) = calls.blocks
    assert isinstance(figure, Figure)
    for name, svg in (("calls", figure.svg), ("sweeps", timeline_svg(timeline(runs(SWEPT), 240), "c2c <&>"))):
        (tmp_path / f"{name}.svg").write_text(svg)
        await page.open((tmp_path / f"{name}.svg").as_uri())
        found = await page.run(COLLISIONS)
        assert found.pop("drawn") > 8
        assert found == {"outside": 0, "met": [], "overlaid": []}, name
        assert await page.run("document.documentElement.nodeName") == "svg"
        assert await page.run(HARMLESS) == "0,0,undefined"


async def test_a_report_runs_and_fetches_nothing_whoever_wrote_the_journal(
    page: Page, tmp_path: Path
) -> None:
    (tmp_path / "journal").mkdir()
    hostile_journal(tmp_path / "journal")
    await page.open((unpacked(tmp_path / "journal", tmp_path) / "report.html").as_uri())
    assert await page.run(HARMLESS) == "0,0,undefined"
    assert MARK in await page.run("document.body.innerText")
    assert await page.run("document.querySelectorAll('svg').length") >= 1
