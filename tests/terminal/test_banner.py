"""The first lines, and the help."""

import pytest

from proxy.core.settings import LimitLineSettings, PermitSettings
from proxy.terminal.banner import HELP, banner, key_help, policy_words
from proxy.terminal.page import Page


def test_one_line_a_fact_and_none_without_a_value() -> None:
    assert banner("title", {"gateway": "http://x", "admin": "", "pid": "7"}, Page(), keys=True) == [
        "title",
        "  gateway      http://x",
        "  pid          7",
        "  ? for help, q to quit",
        "",
    ]
    assert "  Ctrl-C ends it" in banner("title", {}, Page(), keys=False)


def test_a_name_of_the_owners_cannot_move_the_cursor() -> None:
    rows = banner("t", {"account": "a\x1b[2J\n"}, Page(), keys=True)
    assert "  account      a\\x1b[2J\\n" in rows


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (PermitSettings(), "writes of spot"),
        (PermitSettings(profiles=()), "no profile"),
        (PermitSettings(read_only=True), "read-only"),
        (PermitSettings(allow=("POST /a", "POST /b")), "writes of spot; 2 more allowed by name"),
        (PermitSettings(read=("market",)), "writes of spot; reads of market"),
        (PermitSettings(read=()), "writes of spot; no reads"),
        (PermitSettings(limits=(LimitLineSettings(applies_to="spot"),)), "writes of spot; limits in 1 line"),
        (PermitSettings(confirm=("withdraw",)), "writes of spot; a person approves withdraw"),
    ],
)
def test_a_policy_in_one_line(policy: PermitSettings, words: str) -> None:
    assert policy_words(policy) == words


def test_the_help_tells_every_key_and_fits() -> None:
    rows = key_help(Page(), "signing-proxy logs")
    assert [row[2] for row in rows[: len(HELP)]] == ["q", "p", "r", "e", "?"]
    assert max(map(len, rows)) <= 80
