"""A journal that somebody else wrote, through every verb that reads one, in a real pseudo-terminal.

What a terminal gets may hold our own colours and nothing else that a terminal obeys. The net of `terminal.out` would
mend what was forgotten before it, so the same verbs run once more where what it mends is counted: nothing.
"""

import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from proxy.cli import VERBS, terminal
from proxy.clients.policy_file import FILE
from proxy.core.printable import printable
from tests.cli.conftest import Run, run
from tests.clients.ledgers import NOON, OPENED, at, ledger_at
from tests.hostile.foreign_journal import HOSTILE, MARK, hostile_journal, write_sweeps
from tests.support.children import bare_environment

__all__ = ["run"]

READERS = {
    "logs": ("logs", "-n", "0"),
    "logs json": ("logs", "-n", "0", "--format", "json"),
    "logs show": ("logs", "show", "f-3"),
    "logs show json": ("logs", "show", "f-3", "--json"),
    "explain": ("explain", "{file}"),
    "explain json": ("explain", "--json", "{file}"),
    "explain bundle": ("explain", "{bundle}"),
    "explain har": ("explain", "{har}"),
    "whois": ("whois", "{tag}"),
    "whois json": ("whois", "--json", "{tag}"),
    "export curl": ("export", "curl"),
    "export repro": ("export", "repro", "--status", "4xx"),
    "export har": ("export", "har", "--out", "-"),
    "policy learn": ("policy", "learn"),
    "policy usage": ("policy", "usage", "--all"),
    "policy usage json": ("policy", "usage", "--all", "--json"),
    "catalogue": ("catalogue", "--contradictions"),
    "audit history": ("audit", "history", "--changes-since", "2026-11-28T10:05"),
    "audit history json": ("audit", "history", "--json"),
    "catalogue json": ("catalogue", "--contradictions", "--json"),
}
NO_JOURNAL = {
    "run", "demo", "sandbox", "config", "clients", "approve", "sign", "keygen", "certificate", "healthcheck", "doctor",
    "completion", "init", "reload", "version",
}  # fmt: skip
"""Verbs that print nothing of a journal."""
WITH_A_GATEWAY = {"replay"}
"""Needs one that runs: tests/cli/test_replay.py shows it the same journal."""
SHOWS_NOTHING_OF_HIM = "policy learn"
"""It says what has the form of an endpoint or a symbol; the others show texts of the author, escaped."""
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164]")


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the journal, day limits that somebody else counted, and what `export` made of both."""
    directory = tmp_path_factory.mktemp("foreign")
    file = hostile_journal(directory)
    assert len(file.read_text().splitlines()) > 350
    write_sweeps(directory)
    assert ledger_at(directory).take(HOSTILE, "one", at("4", line=HOSTILE), NOON)
    while OPENED:
        OPENED.pop().close()
    with closing(sqlite3.connect(directory / FILE)) as counted:
        assert MARK in "".join(counted.iterdump())
    for kind, name in (("bundle", "bundle.zip"), ("har", "flows.har")):
        _told("export", kind, "--out", str(directory / name), "--journal", str(directory), cwd=directory)
    return directory


def _told(*words: str, cwd: Path) -> bytes:
    command = [sys.executable, "-m", "proxy", *words]
    environment = bare_environment(HOME=str(cwd))
    return subprocess.run(command, capture_output=True, check=True, cwd=cwd, env=environment).stdout


def _words(name: str, directory: Path) -> tuple[str, ...]:
    (file,) = directory.glob("flows-*.jsonl")
    tag = re.findall(r"<order:([0-9a-f]{10})", file.read_text())[0]
    places = {"file": file, "tag": tag, "bundle": directory / "bundle.zip", "har": directory / "flows.har"}
    words = tuple(word.format(**places) for word in READERS[name])
    return words if name.startswith("explain") else (*words, "--journal", str(directory))


def _on_a_terminal(words: tuple[str, ...], directory: Path) -> bytes:
    """What a command writes to a terminal that is its standard output and error."""
    ours, its = pty.openpty()
    environment = bare_environment(HOME=str(directory), TERM="xterm-256color", COLUMNS="120")
    command = [sys.executable, "-m", "proxy", *words]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=its, stderr=its, cwd=directory, env=environment
    ) as process:
        os.close(its)
        got = b""
        try:
            while chunk := os.read(ours, 1 << 16):
                got += chunk
        except OSError:  # Linux says so at the end of a terminal
            pass
        finally:
            os.close(ours)
        assert process.wait(60) in (0, 1), got[-500:]
    return got


@pytest.mark.parametrize("name", READERS)
def test_nothing_of_it_is_obeyed(name: str, journal: Path) -> None:
    got = _on_a_terminal(_words(name, journal), journal)
    assert got.strip(), "it prints nothing, and so shows nothing"
    plain = _COLOUR.sub(b"", got).replace(b"\r\n", b"\n")
    found = _OBEYED.findall(plain.decode("utf-8"))
    assert found == []
    assert b"Traceback" not in plain
    assert b"this is a fault of signing-proxy" not in plain
    assert (MARK.encode() in plain) is (name != SHOWS_NOTHING_OF_HIM)


@pytest.mark.parametrize("name", READERS)
def test_nothing_rests_on_the_net(
    name: str, journal: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is printed was made fit where it was put together, and not by the last that it passes."""
    mended: list[str] = []

    def watched(text: str) -> str:
        if printable(text, keep="\n") != text:
            mended.append(text)
        return text

    monkeypatch.setattr(terminal, "plain", watched)
    said = run(*_words(name, journal))
    assert mended == []
    assert said.code in (0, 1)
    assert (MARK in said.out) is (name != SHOWS_NOTHING_OF_HIM)
    unasked = [line for line in said.out.split("\n") if line.lstrip().startswith(("- touch", "touch"))]
    assert unasked == [], "a line of his own"


def test_every_verb_is_tried_or_reads_no_journal() -> None:
    assert {words[0] for words in READERS.values()} | NO_JOURNAL | WITH_A_GATEWAY == set(VERBS)
    assert not {words[0] for words in READERS.values()} & NO_JOURNAL


def test_a_script_of_it_runs_curl_alone(journal: Path, tmp_path: Path) -> None:
    """In a shell that finds nothing but a `curl` which notes that it was called."""
    script = _told("export", "curl", "--journal", str(journal), cwd=tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "curl").write_text('#!/bin/sh\necho called >> "$CALLS"\n')
    (programs / "curl").chmod(0o700)
    here = tmp_path / "here"
    here.mkdir()
    calls = tmp_path / "calls"
    ended = subprocess.run(
        ["/bin/sh", "-s"], input=script, capture_output=True, check=False, cwd=here, timeout=60,
        env={"PATH": str(programs), "CALLS": str(calls)},
    )  # fmt: skip
    assert (ended.stdout, ended.stderr) == (b"", b"")
    assert list(here.iterdir()) == []
    commands = [line for line in script.splitlines() if line.startswith(b"curl ")]
    assert len(calls.read_text().splitlines()) == len(commands) > 100


def test_a_policy_learnt_of_it_holds_nothing_of_its_writer(journal: Path, tmp_path: Path) -> None:
    text = _told("policy", "learn", "--journal", str(journal), cwd=tmp_path).decode()
    policy = yaml.safe_load(text)
    assert set(policy) == {"policy"}
    assert MARK not in json.dumps(policy)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("- touch")]
