"""Every command of README.md and docs/ is run, as a reader would, or excepted by name with the reason."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.docs.shell.blocks import PAGES, ROOT, Command, blocks, commands, files, says_nothing
from tests.docs.shell.table import EXCEPTED, LONG, SETTINGS, Setting, expected, unused
from tests.docs.shell.tally import BY_CODE, Fate, fate, run_here, tally
from tests.docs.shell.world import World, cannot_here

ALL = [one for page in PAGES for one in commands(page)]
PAGES_THAT_RUN = [page for page in PAGES if page != BY_CODE and run_here(page)]


@pytest.mark.parametrize("page", PAGES_THAT_RUN)
def test_commands_do_what_the_page_says(page: str, tmp_path: Path) -> None:
    listed = [one for one in run_here(page) if cannot_here(one, expected(one)) is None]
    with World(tmp_path, SETTINGS.get(page, Setting()), listed, files(page)) as world:
        wrong = [said for one in listed if (said := _wrong(world, one))]
    assert wrong == [], "\n\n".join(wrong)


def _wrong(world: World, command: Command) -> str | None:
    wanted = expected(command)
    done = world.run(command, wanted)
    if done.code != wanted.code:
        fault = f"exit code {done.code}, not {wanted.code}"
    elif done.http is not None and (done.http != wanted.http if wanted.http else done.http >= 400):
        fault = f"HTTP {done.http}"
    elif "Traceback" in done.printed:
        fault = "a traceback"
    elif wanted.shows and not re.search(wanted.shows, done.printed, re.MULTILINE):
        fault = f"does not show {wanted.shows!r}"
    else:
        return None
    return f"{command}: {fault}\n{done.printed[-2000:]}"


def test_every_command_is_run_or_excepted() -> None:
    print(tally())
    assert [str(one) for one in ALL if fate(one) is Fate.OPEN] == []


def test_the_tables_speak_of_commands_that_are_there() -> None:
    assert unused(ALL) == []
    assert set(SETTINGS) <= set(PAGES_THAT_RUN)


def test_no_exception_is_made_for_what_is_run() -> None:
    """What a page of another language repeats is run where it stands first, and needs no exception of its own."""
    repeated = {one.plain for one in ALL if fate(one) is Fate.RUN}
    assert [key for key in EXCEPTED if key[1] in repeated] == []


def test_most_are_run() -> None:
    count = Counter(fate(one) for one in ALL)
    assert count[Fate.RUN] > 280
    assert count[Fate.EXCEPTED] < 45


def test_what_takes_long_has_a_recipe() -> None:
    """`make` knows each of them, with what is said behind it."""
    for (_, text), reason in EXCEPTED.items():
        if reason == LONG and text.startswith("make "):
            done = subprocess.run(
                ["make", "-n", *text.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{text}: {done.stderr}"
            for word in text.split()[2:]:
                assert word.partition("=")[2] in done.stdout, f"{text}: its recipe does not use {word}"


@pytest.mark.parametrize("page", PAGES)
def test_each_block_says_what_it_is(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    lost = [f"{page}:{one.line}: {one.lines[0]}" for one in blocks(page, text) if says_nothing(one)]
    assert lost == [], (
        "write ```text around what is no command, or name the program in tests/docs/shell/blocks.py"
    )
    hidden = [
        f"{page}:{one.line}: {line}"
        for one in blocks(page, text)
        if one.tag == "text"
        for line in one.lines
        if re.match(r"(?:\$ )?(?:signing-proxy |curl \S*http://127)", line)
    ]
    assert hidden == [], "write ```sh around commands"
