"""The documentation as a site: every page is in its navigation, links lead where they should, nothing comes from elsewhere."""

import re
from typing import Any, Final

import pytest
import yaml

from scripts.site_pages import ROOT, beside, linked, on_config, on_post_page


class _Settings(yaml.SafeLoader):
    """MkDocs' own file: what names Python is nobody's business here."""


_Settings.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
SETTINGS: Final[dict[str, Any]] = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), _Settings)


def pages_of(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    return [page for one in (nav.values() if isinstance(nav, dict) else nav) for page in pages_of(one)]


def test_every_page_stands_in_the_navigation_once() -> None:
    listed = pages_of(on_config({"nav": SETTINGS["nav"]})["nav"])
    docs = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    others = [f"repository/{path}" for path in beside() if path.endswith(".md")]
    assert sorted(listed) == sorted([*docs, *others])


def test_a_lost_link_or_anchor_ends_the_build_and_no_font_is_fetched() -> None:
    assert SETTINGS["strict"] is True
    assert (
        SETTINGS["validation"]["links"]["anchors"] == SETTINGS["validation"]["links"]["not_found"] == "warn"
    )
    assert SETTINGS["theme"]["font"] is False
    assert "http" not in re.sub(r"#.*", "", (ROOT / "mkdocs.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("page", "written", "led"),
    [
        ("clients.md", "[a](policy.md#limits)", "[a](policy.md#limits)"),
        ("clients.md", "[a](../README.md#tasks)", "[a](repository/README.md#tasks)"),
        ("decisions/README.md", "[a](../policy.md)", "[a](../policy.md)"),
        ("es/p2p.md", "[a](../../README.md)", "[a](../repository/README.md)"),
        ("repository/README.md", "[a](docs/p2p.md#x)", "[a](../p2p.md#x)"),
        ("repository/README.md", "[a](CHANGELOG.md)", "[a](CHANGELOG.md)"),
        ("repository/examples/README.md", "[a](go/requests.go)", "[a](go/requests.go)"),
        ("reliability.md", "see [a](../proxy/cli/run.py)", "see a"),
        ("clients.md", "[a](https://example.org/x#y) [b](#here)", "[a](https://example.org/x#y) [b](#here)"),
        ("clients.md", "[a](../gone.md)", "[a](../gone.md)"),
    ],
)
def test_where_a_link_leads(page: str, written: str, led: str) -> None:
    assert linked(written, page) == led


def test_a_page_may_ask_no_other_host() -> None:
    assert "default-src 'self'" in on_post_page("<html><head><title>x</title></head></html>")
