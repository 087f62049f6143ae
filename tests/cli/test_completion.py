"""Completion, asked by real shells where they are installed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.gateway import ROOT
from tests.cli.conftest import Run

BASH = """
eval "$(signing-proxy completion bash)"
complete -p signing-proxy
complete_line() { COMP_WORDS=($1); COMP_CWORD=$2; COMPREPLY=(); _signing_proxy_completion signing-proxy; echo "${COMPREPLY[*]}"; }
complete_line "signing-proxy heal" 1
complete_line "signing-proxy run --envir" 2
complete_line "signing-proxy run --environment te" 3
complete_line "signing-proxy policy le" 2
"""
FISH = """
signing-proxy completion fish | source
complete -C 'signing-proxy heal'
complete -C 'signing-proxy policy le'
"""
ZSH = """
autoload -Uz compinit; compinit -u -d "$HOME/.zcompdump"
eval "$(signing-proxy completion zsh)"
echo "${_comps[signing-proxy]}"
"""


def in_shell(name: str, script: str, folder: Path) -> list[str]:
    """What a shell says that has `signing-proxy` in its path."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed here")
    command = folder / "signing-proxy"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m proxy "$@"\n')
    command.chmod(0o700)
    said = subprocess.run(
        [program, "-c", script],
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert said.stderr == ""
    return said.stdout.splitlines()


def test_bash_completes_verbs_options_values_and_verbs_of_verbs(tmp_path: Path) -> None:
    registered, *completed = in_shell("bash", BASH, tmp_path)
    assert "_signing_proxy_completion" in registered
    assert completed == ["healthcheck", "--environment", "testnet", "learn"]


def test_fish_shows_what_a_verb_does(tmp_path: Path) -> None:
    first, second = in_shell("fish", FISH, tmp_path)
    assert first == "healthcheck\tAsk a running gateway whether it is ready."
    assert second.startswith("learn\tPropose the least policy")


def test_zsh_takes_the_script(tmp_path: Path) -> None:
    assert in_shell("zsh", ZSH, tmp_path) == ["_signing_proxy_completion"]


def test_power_shell_is_answered_by_its_own_protocol(run: Run) -> None:
    script = run("completion", "powershell").out
    assert "Register-ArgumentCompleter -Native -CommandName signing-proxy" in script
    for line, word, wanted in (
        ("signing-proxy heal", "heal", "healthcheck\tAsk a running gateway whether it is ready.\n"),
        ("signing-proxy policy le", "le", "learn\tPropose the least policy"),
        ("signing-proxy run --environment te", "te", "testnet\ttestnet\n"),
    ):
        asked = {
            "_SIGNING_PROXY_COMPLETE": "powershell_complete",
            "COMP_WORDS": line,
            "COMP_INCOMPLETE": word,
        }
        assert run(**asked).out.startswith(wanted)


def test_the_shell_in_use_is_meant_where_none_is_named(run: Run) -> None:
    assert "_signing_proxy_completion" in run("completion", SHELL="/usr/bin/zsh").out
    said = run("completion", SHELL="/bin/tcsh")
    assert (said.code, said.out) == (2, "")
    assert "name your shell: bash, zsh, fish, powershell" in said.err
