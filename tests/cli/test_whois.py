"""`whois`: what the owner can find out about a tag, and nobody else."""

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.gateway import ROOT
from proxy.core.redaction import Tagger
from tests.cli.conftest import Run
from tests.core.redaction.flows import API_KEY, SECRET
from tests.evidence.records import exported, write_journal


@pytest.fixture
def journal(tmp_path: Path) -> str:
    write_journal(tmp_path / "journal")
    return str(tmp_path / "journal")


def _tag(journal: str, kind: str, value: str) -> str:
    return Tagger(Path(journal, "tag.key").read_bytes()).tag(kind, value.encode())


def test_class_and_flows_of_a_value(run: Run, journal: str) -> None:
    said = run("whois", f"<order:{_tag(journal, 'order', '123456')}:6>", "--journal", journal, "--json")
    assert said.code == 0
    found = json.loads(said.out)
    assert (found["kinds"], found["flows"], found["first"]["request_id"]) == (["order"], 1, "r-read")
    assert found["first"] == found["last"]
    assert "123456" not in said.out.replace(found["tag"], "")


def test_the_account_of_a_key(run: Run, journal: str) -> None:
    variables = {"BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET": SECRET.decode()}
    said = run("whois", _tag(journal, "key", API_KEY), "--journal", journal, **variables)
    assert said.code == 0
    assert "API key" in said.out
    assert "account: default" in said.out
    assert API_KEY not in said.out


def test_which_of_several_values_it_is(run: Run, journal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = _tag(journal, "person", "Jane Example")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"John Doe\nJane Example\n")))
    said = run("whois", tag, "--match", "--journal", journal)
    assert (said.code, "it is the value of line 2" in said.out) == (0, True)
    assert "Jane" not in said.out + said.err


def test_a_tag_of_an_export_is_not_known(run: Run, journal: str) -> None:
    key = exported(Path(journal))[0].key
    said = run("whois", key, "--journal", journal)
    assert said.code == 1
    assert "not in this journal" in said.out


@pytest.mark.parametrize("tag", ["", "xyz", "<secret:loaded:64:a>", "1a2b3c4d5", "<nothing:1a2b3c4d5e:3>"])
def test_what_is_no_tag(run: Run, journal: str, tag: str) -> None:
    assert run("whois", tag, "--journal", journal).code == 2


def test_no_key_is_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = run("whois", "1a2b3c4d5e", "--journal", str(tmp_path / "empty"))
    assert said.code == 2
    assert list((tmp_path / "empty").iterdir()) == []


def test_values_may_simply_be_piped_in(journal: str) -> None:
    words = [
        sys.executable,
        "-m",
        "proxy",
        "whois",
        _tag(journal, "order", "123456"),
        "--journal",
        journal,
        "--json",
    ]
    done = subprocess.run(
        words, input=b"999999\n123456\n", cwd=ROOT, capture_output=True, timeout=60, check=True
    )
    assert json.loads(done.stdout)["matching_line"] == 2
