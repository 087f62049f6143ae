"""A journal that somebody else wrote, through every verb that reads one, in a real pseudo-terminal.

Each text of a record is replaced by one that clears the screen, starts commands and hides itself. What a terminal gets
may hold our own colours and nothing else that a terminal obeys.
"""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from proxy.cli import VERBS
from tests.evidence.records import write_journal
from tests.support.children import bare_environment

MARK = "EVIL"
HOSTILE = f"{MARK}\n- touch pwned\r\x1b[2J\x1b]0;{MARK}\x07`touch pwned`$(touch pwned)'\"; touch pwned #\x00\x9b2J\u202e\u2066\u200b\x7f"
READERS = {
    "logs": ("logs", "-n", "0"),
    "logs json": ("logs", "-n", "0", "--format", "json"),
    "explain": ("explain", "{file}"),
    "explain json": ("explain", "--json", "{file}"),
    "whois": ("whois", "{tag}"),
    "whois json": ("whois", "--json", "{tag}"),
    "export curl": ("export", "curl"),
    "export har": ("export", "har", "--out", "-"),
    "policy learn": ("policy", "learn"),
    "catalogue": ("catalogue", "--contradictions"),
    "catalogue json": ("catalogue", "--contradictions", "--json"),
}
NO_JOURNAL = {
    "run", "demo", "sandbox", "config", "clients", "approve", "sign", "keygen", "certificate", "healthcheck",
}  # fmt: skip
"""Verbs that print nothing of a journal."""
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f]")


def _texts(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts stand in a record."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inside:
        if isinstance(one, str):
            yield (*at, name)
        yield from _texts(one, (*at, name))


def _with(record: dict[str, Any], at: tuple[Any, ...], text: str) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(record))
    place: Any = copy
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = text
    return copy


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal in which each text of each record is hostile once, alone and behind what stood there."""
    directory = tmp_path_factory.mktemp("foreign")
    write_journal(directory)
    (file,) = directory.glob("flows-*.jsonl")
    records = [json.loads(line) for line in file.read_text().splitlines()]
    made = [
        _with(record, at, text)
        for record in records
        for at in _texts(record)
        if at not in (("type",), ("schema",))
        for text in (HOSTILE, f"/{HOSTILE}")
    ]
    assert len(made) > 150
    file.write_text("".join(json.dumps(record) + "\n" for record in (*records, *made)))
    return directory


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
        assert process.wait(30) in (0, 1), got[-500:]
    return got


@pytest.mark.parametrize("name", READERS)
def test_nothing_of_it_is_obeyed(name: str, journal: Path) -> None:
    (file,) = journal.glob("flows-*.jsonl")
    tag = re.findall(r"<order:([0-9a-f]{10})", file.read_text())[0]
    words = tuple(word.format(file=file, tag=tag) for word in READERS[name])
    place = () if name.startswith("explain") else ("--journal", str(journal))
    got = _on_a_terminal((*words, *place), journal)
    assert got.strip(), "it prints nothing, and so shows nothing"
    plain = _COLOUR.sub(b"", got).replace(b"\r\n", b"\n")
    found = _OBEYED.findall(plain.decode("utf-8"))
    assert found == []
    assert b"Traceback" not in plain
    if name.startswith("export") or name == "logs":
        assert MARK.encode() in plain, "the hostile records were read"


def test_every_verb_is_tried_or_reads_no_journal() -> None:
    assert {words[0] for words in READERS.values()} | NO_JOURNAL == set(VERBS)
    assert not {words[0] for words in READERS.values()} & NO_JOURNAL


def test_a_script_of_it_runs_curl_alone(journal: Path, tmp_path: Path) -> None:
    """In a shell that finds nothing but a `curl` which notes that it was called."""
    command = [sys.executable, "-m", "proxy", "export", "curl", "--journal", str(journal)]
    script = subprocess.run(
        command, capture_output=True, check=True, cwd=tmp_path, env=bare_environment(HOME=str(tmp_path))
    ).stdout
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
    assert ended.stderr == b""
    assert list(here.iterdir()) == []
    assert len(calls.read_text().splitlines()) > 50


def test_a_policy_learnt_of_it_holds_nothing_of_its_writer(journal: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "proxy", "policy", "learn", "--journal", str(journal)]
    text = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=bare_environment(HOME=str(tmp_path)),
    ).stdout
    policy = yaml.safe_load(text)
    assert set(policy) == {"policy"}
    assert MARK not in json.dumps(policy)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("- touch")]
