"""How arguments become options."""

import shutil
import subprocess

import pytest

from proxy.explain.readers.curl.options import _TAKE_VALUE, read_options
from proxy.explain.readers.shells.words import Word


def given(*words: str) -> list[tuple[str, str]]:
    (operation,) = read_options([Word(word) for word in words])
    return [(name, value.text) for name, value in operation.given]


def test_short_options_in_one_word() -> None:
    assert given("-sSvXPOST", "-da=1", "-G", "h") == [
        ("request", "POST"),
        ("data", "a=1"),
        ("get", ""),
        ("url", "h"),
    ]


def test_two_dashes_end_the_options() -> None:
    assert given("-s", "--", "-h") == [("url", "-h")]


def test_a_value_that_is_missing_is_no_error() -> None:
    assert read_options([Word("h"), Word("-d")])[0].given == [("url", Word("h"))]


def test_next_begins_anew() -> None:
    assert len(read_options([Word(word) for word in ("-d", "1", "h", "--next", "h", "-:", "h")])) == 3


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_every_option_of_the_installed_curl_that_takes_a_value_is_known() -> None:
    text = subprocess.run(["curl", "--help", "all"], check=True, capture_output=True, text=True).stdout
    takers = {
        line.split("--", 1)[1].split(" ", 1)[0]
        for line in text.splitlines()
        if "--" in line and line.split("--", 1)[1].split(" ", 1)[1].lstrip()[:1] in ("<", "[")
    }
    assert takers <= _TAKE_VALUE | {"help"}
