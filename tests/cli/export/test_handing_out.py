"""`export`: which flows, where to, and searched before it is written."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.core.redaction.flows import API_KEY, SECRET


def test_nothing_to_hand_out(run: Run, journal: Path) -> None:
    said = run("export", "har", "--journal", str(journal), "--status", "599")
    assert said.code == 2
    assert "no flow matches" in said.err
    assert not Path("flows.har").exists()


def test_an_existing_file_stays(run: Run, journal: Path) -> None:
    Path("flows.har").write_text("mine")
    assert run("export", "har", "--journal", str(journal)).code == 2
    assert Path("flows.har").read_text() == "mine"
    assert run("export", "har", "--journal", str(journal), "--force").code == 0
    assert Path("flows.har").read_text() != "mine"


@pytest.mark.parametrize("form", ["har", "curl", "bundle"])
def test_a_secret_that_got_into_the_journal_does_not_get_out(run: Run, journal: Path, form: str) -> None:
    """Somebody edited the file, or redaction failed: the scan is independent of both."""
    path = next(journal.glob("flows-*"))
    hidden = "".join(
        f"%{octet:02x}" for octet in SECRET
    )  # no long run of letters: only the secret itself tells
    path.write_bytes(path.read_bytes().replace(b"symbol=BTCUSDT", b"symbol=" + hidden.encode()))
    secret = Path("secret")
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    accounts = {"BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET_FILE": "secret"}
    clean = run("export", form, "--journal", str(journal), "--out", "clean")
    assert clean.code == 0  # not loaded, and without the form of a secret
    quiet = ["--no-doctor"] if form == "bundle" else []
    said = run("export", form, "--journal", str(journal), "--out", "out", *quiet, **accounts)
    assert said.code == 1
    assert "nothing was written" in said.err
    assert hidden not in said.out + said.err
    assert not Path("out").exists()


def test_without_accounts_the_form_of_secrets_is_searched_for(run: Run, journal: Path) -> None:
    path = next(journal.glob("flows-*"))
    path.write_bytes(path.read_bytes().replace(b"symbol=BTCUSDT", b"symbol=" + SECRET))
    said = run("export", "har", "--journal", str(journal))
    assert said.code == 1
    assert "no secrets are configured" in said.err
    assert not Path("flows.har").exists()


def test_a_secret_that_cannot_be_read_stops_the_export(run: Run, journal: Path) -> None:
    said = run(
        "export", "har", "--journal", str(journal), BINANCE_API_KEY=API_KEY, BINANCE_API_SECRET_FILE="missing"
    )
    assert said.code == 3
    assert not Path("flows.har").exists()


@pytest.mark.parametrize("words", [("out.har",), ("--out", "out.har")])
@pytest.mark.parametrize(("number", "flows"), [(2, ["r-search", "r-open"]), (0, None), (99, None)])
def test_the_last_ones_into_a_file(
    run: Run, journal: Path, words: tuple[str, ...], number: int, flows: list[str] | None
) -> None:
    said = run("export", "har", "-n", str(number), *words, "--journal", str(journal))
    assert said.code == 0
    entries = json.loads(Path("out.har").read_text())["log"]["entries"]
    kept = list(dict.fromkeys(entry["_requestId"] for entry in entries))
    assert kept == (flows or ["r-read", "r-bad", "r-refused", "r-search", "r-open"])


@pytest.mark.parametrize("form", ["har", "curl", "bundle", "repro"])
def test_a_place_that_is_given_twice(run: Run, journal: Path, form: str) -> None:
    said = run("export", form, "one", "--out", "two", "--journal", str(journal))
    assert said.code == 2
    assert "given twice" in said.err


@pytest.mark.parametrize("form", ["har", "curl", "bundle", "repro"])
def test_a_journal_in_the_place_of_the_file(run: Run, journal: Path, form: str) -> None:
    for given in (journal, next(journal.glob("flows-*"))):
        said = run("export", form, str(given), "--force")
        assert said.code == 2
        assert f"hint: a journal is named by --journal DIR; signing-proxy export {form} --help" in said.err
    assert len(list(journal.glob("flows-*"))) == 1
