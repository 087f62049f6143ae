"""`export repro`."""

from pathlib import Path

import pytest

from proxy.evidence.repro import LANGUAGES
from tests.cli.conftest import Run


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_of_the_newest(run: Run, journal: Path, language: str) -> None:
    said = run("export", "repro", "--lang", language, "--journal", str(journal), "--path", "/api/v3/order")
    assert said.code == 0
    assert "api/v3/order" in said.out
    assert "answered 400 -1022" in said.out.replace("'", "")
    assert "the newest of 2 flows; another one: --request-id" in said.err


def test_it_goes_into_a_file(run: Run, journal: Path) -> None:
    said = run("export", "repro", "repro.sh", "--request-id", "r-read", "--journal", str(journal))
    assert said.err.splitlines()[-1] == "1 flow in repro.sh"
    assert "orderId=YOUR_ORDER_1" in Path("repro.sh").read_text()


def test_what_cannot_be_sent_again_is_said(run: Run, journal: Path) -> None:
    (file,) = journal.glob("flows-*")
    file.write_bytes(file.read_bytes().replace(b'"body_kind":"json"', b'"body_kind":"multipart"'))
    said = run("export", "repro", "--request-id", "r-search", "--journal", str(journal))
    assert (said.code, said.out) == (2, "")
    assert "there is no script for this flow: its body is neither a form nor JSON" in said.err


def test_nothing_to_make_it_of(run: Run, journal: Path) -> None:
    said = run("export", "repro", "--status", "599", "--journal", str(journal))
    assert said.code == 2
    assert "no flow matches" in said.err
