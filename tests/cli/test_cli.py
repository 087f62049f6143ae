"""The table of verbs: complete, quick to show, and without importing what is not called."""

import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest

import proxy.cli
from proxy.cli import VERBS
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_is_a_command_with_help(name: str, run: Run) -> None:
    command = importlib.import_module(VERBS[name].module).command
    assert isinstance(command, click.Command)
    said = run(name, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: signing-proxy {name}")


def test_each_module_with_a_command_is_in_the_table_and_no_other() -> None:
    room = Path(proxy.cli.__file__).parent
    paths = {path.stem: path for path in room.glob("*.py")}
    paths |= {path.parent.name: path for path in room.glob("*/__init__.py")}
    modules = {f"proxy.cli.{name}" for name, path in paths.items() if "\ndef command(" in path.read_text()}
    assert modules == {verb.module for verb in VERBS.values()}


def test_help_begins_with_the_commands_in_the_order_of_the_table(run: Run) -> None:
    said = run("--help")
    listed = [
        line.split()[0] for line in said.out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    ]
    assert listed == list(VERBS)
    assert said.out.index("Commands:") < said.out.index("Options:")


def test_help_imports_no_verb_and_nothing_heavy() -> None:
    program = (
        "import sys; from proxy.__main__ import main; main(['--help'])\n"
        "print(*{'aiohttp', 'yaml', 'msgspec', 'cryptography', 'structlog'} & sys.modules.keys())\n"
        "print(*[name for name in sys.modules if name.startswith('proxy.cli.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    heavy, verbs = done.stdout.splitlines()[-2:]
    assert heavy == ""
    assert verbs == "proxy.cli.terminal"


def test_a_misspelt_verb_is_told_with_the_nearest_one(run: Run) -> None:
    said = run("confg")
    assert said.code == 2
    assert (
        said.err
        == "error: there is no command of that name; did you mean config?\nhint: signing-proxy --help\n"
    )


def test_without_a_verb_the_help_is_shown_on_stderr(run: Run) -> None:
    said = run()
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("Usage: signing-proxy")


def test_version(run: Run) -> None:
    said = run("--version")
    assert (said.code, said.out) == (0, f"signing-proxy {proxy.__version__}\n")
