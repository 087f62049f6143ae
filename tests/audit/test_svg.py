"""The picture: well-formed, nothing that runs or fetches, one bar for equal neighbours, told by shape too."""

from xml.etree import ElementTree as ET

from proxy.audit.svg import timeline_svg
from proxy.audit.timeline import timeline
from tests.audit.runs import runs

NAMESPACE = "{http://www.w3.org/2000/svg}"
HOSTILE = 'GET /a"><script>alert(1)</script>&'


def drawn(written: dict[str, str], width: int = 240) -> ET.Element:
    return ET.fromstring(timeline_svg(timeline(runs(written), width), "c2c <&>"))


def bars(root: ET.Element) -> list[tuple[float, float, str]]:
    """Left edge, height and colour of the cells: what stands above the legend, the ground left out."""
    found = [one.attrib for one in root.iter(f"{NAMESPACE}rect") if "x" in one.attrib]
    last = max(float(one["y"]) for one in found)
    return [
        (float(one["x"]), float(one["height"]), one["fill"]) for one in found if float(one["y"]) < last - 12
    ]


def test_it_is_well_formed_whatever_the_names_are() -> None:
    root = drawn({HOSTILE: "#x"})
    assert root.findtext(f"{NAMESPACE}title") == "c2c <&>"
    assert {one.tag.removeprefix(NAMESPACE) for one in root.iter()} == {"svg", "title", "rect", "text"}
    assert any("script" in (one.text or "") for one in root.iter(f"{NAMESPACE}text"))
    names = {name for one in root.iter() for name in one.attrib}
    assert not {name for name in names if name.startswith("on") or "href" in name or name == "style"}


def test_equal_neighbours_are_one_bar_and_heights_differ() -> None:
    found = bars(drawn({"GET /a": "######xxxxxx??????"}))
    assert len(found) == 3
    assert [left for left, _, _ in found] == [360.0, 360.0 + 720 / 3, 360.0 + 720 * 2 / 3]
    assert len({height for _, height, _ in found}) == 3


def test_both_has_two_halves_and_not_asked_nothing() -> None:
    both = bars(drawn({"GET /a": "#x" * 20}, 5))
    assert {height for _, height, _ in both} == {6.0}
    assert len({colour for _, _, colour in both}) == 2
    gap = bars(drawn({"GET /a": "##  ##", "GET /b": "######"}))
    assert len(gap) == 3


def test_the_longest_name_ends_before_the_bars() -> None:
    root = drawn({"GET /" + "a" * 80: "#x"})
    names = [one for one in root.iter(f"{NAMESPACE}text") if (one.text or "").startswith("GET")]
    assert float(names[0].attrib["x"]) + 0.61 * 11 * len(names[0].text or "") < bars(root)[0][0]
