"""Commands within sentences and tables of the pages: their verbs and options are the program's."""

import re
import shlex
from collections.abc import Iterator
from typing import Final

import click
import pytest

from proxy.cli import VERBS, group
from tests.docs.shell.blocks import PAGES, ROOT

_FENCED: Final = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"`signing-proxy ([^`\n]+)`")
_HELP: Final = {"-h", "--help"}
_ENDS: Final = {"|", "\\|", ">", "<", "&&", "&"}


def inline(text: str) -> list[str]:
    return _INLINE.findall(_FENCED.sub("", text))


def unknown(said: str) -> Iterator[str]:
    """Words of a command line that the program would not take as what they look like."""
    command: click.Command = group
    context = click.Context(group)
    try:
        words = shlex.split(said)
    except ValueError:  # cut short in a sentence
        words = said.split()
    for word in words:
        if word in _ENDS:
            return
        if word.startswith("-") and len(word) > 1 and not word[1].isdigit():
            known = {
                name
                for one in command.params
                if isinstance(one, click.Option)
                for name in (*one.opts, *one.secondary_opts)
            }
            if word.partition("=")[0] not in known | _HELP:
                yield word
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None and word.isidentifier() and not command.invoke_without_command:
                yield word
            command = found or click.Command("with an argument", params=list(command.params))


@pytest.mark.parametrize("page", [page for page in PAGES if inline((ROOT / page).read_text("utf-8"))])
def test_verbs_and_options_are_there(page: str) -> None:
    lost = [(said, word) for said in inline((ROOT / page).read_text("utf-8")) for word in unknown(said)]
    assert lost == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("run --sandbox --as x", []),
        ("run --sandbx", ["--sandbx"]),
        ("rnu", ["rnu"]),
        ("export bundle --record", []),
        ("export bundel", ["bundel"]),
        ("explain -1022", []),
        ("logs --follow | jq --nothing", []),
    ],
)
def test_what_is_told(said: str, words: list[str]) -> None:
    assert list(unknown(said)) == words


def test_there_are_many() -> None:
    told = [said for page in PAGES for said in inline((ROOT / page).read_text("utf-8"))]
    assert len(told) > 60
    assert len({said.split()[0] for said in told} & set(VERBS)) > 10
