"""What counts as a command of a page, and that none slips through."""

import pytest

from tests.docs.shell.blocks import Command, blocks, commands_of, says_nothing
from tests.docs.shell.table import EXPECTED, exception, may_be_run, unused
from tests.docs.shell.tally import Fate, fate


def found(text: str) -> list[str]:
    return [one.plain for block in blocks("README.md", text) for one in commands_of(block)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("```sh\nanything at all  # said of it\n# not this\n\n```\n", ["anything at all"]),
        ("```console\n$ curl x\nits answer\n$ signing-proxy logs\n```\n", ["curl x", "signing-proxy logs"]),
        ("```yaml\n- name: a\n  run: |\n    make x\n    make y\n```\n", ["make x\nmake y"]),
        ("```text\ncurl x\n```\n", []),
        ("* a list\n\n  ```sh\n  curl x\n  ```\n", ["curl x"]),
        ("words\n\n    curl x \\\n        -d y\n    an answer\n\nwords\n", ["curl x -d y"]),
        ("words\n    curl of a sentence that goes on\n", []),
        ("words\n\n    policy: {}\n", []),
        ("    G=http://x\n", ["G=http://x"]),
        (
            "1. words\n    of it:\n\n        curl x\n\n    curl of a sentence\n\nend\n\n    curl y\n",
            ["curl x", "curl y"],
        ),
    ],
)
def test_commands(text: str, plain: list[str]) -> None:
    assert found(text) == plain


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("    frobnicate --all\n", True),
        ("```\nsome output\n```\n", True),
        ("    a: 1\n", False),
        ("    curl x\n", False),
    ],
)
def test_a_block_that_says_nothing_is_told(text: str, lost: bool) -> None:
    assert [says_nothing(block) for block in blocks("README.md", text)] == [lost]


@pytest.mark.parametrize(
    "text",
    ["rm -rf build", "sudo signing-proxy run", "pip install more", "make more", "curl.exe http://x", "python3 bot.py", "kubectl apply"],
)  # fmt: skip
def test_a_new_command_is_not_run_before_somebody_has_looked_at_it(text: str) -> None:
    assert not may_be_run(Command("README.md", 1, text))
    assert fate(Command("README.md", 1, text)) is Fate.OPEN


def test_an_exception_is_of_one_command_of_one_page() -> None:
    assert exception(Command("README.md", 1, "make test   # everything")) is not None
    assert exception(Command("README.md", 1, "make test-twice")) is None
    assert exception(Command("docs/p2p.md", 1, "make test")) is None


def test_what_no_page_has_any_more_is_told() -> None:
    first = next(iter(EXPECTED))
    assert first in unused([])
    assert first not in unused([Command(*first[:1], 1, first[1])])
