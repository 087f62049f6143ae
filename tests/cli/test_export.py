"""`export`: for other tools and other people, searched before it is written."""

import io
import json
import stat
import zipfile
from pathlib import Path

import pytest

from proxy.cli import VERBS, Verb
from tests.cli.conftest import Run
from tests.core.redaction.flows import API_KEY, SECRET
from tests.evidence.records import write_journal


@pytest.fixture(autouse=True)
def _in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VERBS, "export", Verb("proxy.cli.export", "Hand out flows."))


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    write_journal(tmp_path / "journal")
    return tmp_path / "journal"


def test_a_har(run: Run, journal: Path) -> None:
    said = run("export", "har", "--journal", str(journal))
    assert said.code == 0
    assert said.err.splitlines()[-1] == "5 flows in flows.har"
    out = Path("flows.har")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert len(json.loads(out.read_text())["log"]["pages"]) == 5


def test_curl_lines_of_chosen_flows(run: Run, journal: Path) -> None:
    said = run("export", "curl", "--journal", str(journal), "--request-id", "r-search")
    assert said.code == 0
    assert said.out.count("\ncurl ") == 1
    assert "http://127.0.0.1:8180/sapi/v1/c2c/ads/search" in said.out


def test_curl_lines_go_to_the_configured_gateway(run: Run, journal: Path) -> None:
    Path("config.yaml").write_text("listen: 127.0.0.1:9999\n")
    assert "http://127.0.0.1:9999/" in run("export", "curl", "--journal", str(journal)).out


def test_a_bundle(run: Run, journal: Path) -> None:
    said = run("export", "bundle", "--journal", str(journal), "--out", "report.zip", "--status", "4xx")
    assert said.code == 0
    with zipfile.ZipFile(io.BytesIO(Path("report.zip").read_bytes())) as archive:
        assert len(archive.read("flows.jsonl").splitlines()) == 1


def test_two_bundles_cannot_be_matched(run: Run, journal: Path) -> None:
    for name in ("one", "two"):
        run("export", "har", "--journal", str(journal), "--out", name)
    one, two = (Path(name).read_text() for name in ("one", "two"))
    assert one != two


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
    said = run("export", form, "--journal", str(journal), "--out", "out", **accounts)
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
