"""What tells a checker to look away says why, on the same line."""

import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("proxy", "addons", "tests", "benchmarks", "harness", "scripts")

_LOOK_AWAY = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover)\b")
_WITH_REASON = re.compile(
    r"#\s*(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[a-z, -]+\]|pragma: no cover)\s+(?:#|-)\s\w.*"
)


def unexplained(comments: list[str]) -> list[str]:
    """Those of the comments that silence a checker, and do not say which rule and why."""
    return [one for one in comments if _LOOK_AWAY.match(one) and not _WITH_REASON.fullmatch(one)]


def comments_of(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]


def test_every_exception_from_a_check_says_why() -> None:
    found = {
        str(path.relative_to(ROOT)): silent
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (silent := unexplained(comments_of(path)))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("comment", "explained"),
    [
        ("# noqa: E402  # after the path is set", True),
        ("# noqa: N818 - an answer, not an error", True),
        ("# type: ignore[misc]  # that is what is tried", True),
        ("# pragma: no cover  # for the type", True),
        ("# noqa: E402", False),
        ("# noqa", False),
        ("# noqa  # all of it", False),
        ("#noqa:E402", False),
        ("# type: ignore", False),
        ("# type: ignore[misc]", False),
        ("# type: ignore[misc]  #", False),
        ("# pragma: no cover", False),
        ("# a comment about noqa", True),
    ],
)
def test_what_counts_as_a_reason(comment: str, explained: bool) -> None:
    assert (unexplained([comment]) == []) is explained
