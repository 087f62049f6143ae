"""`config check | show | schema`."""

import json
from pathlib import Path

import msgspec

from proxy.config.schema import settings_schema
from tests.cli.conftest import Run

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8


def _secret_file() -> str:
    path = Path("secret")
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return str(path)


def test_check_names_the_accounts_by_kind_and_environment(run: Run) -> None:
    said = run("config", "check", BINANCE_API_KEY=KEY, BINANCE_API_SECRET_FILE=_secret_file())
    assert (said.code, said.err) == (0, "")
    assert said.out == "good: no file, defaults\naccount default (default): hmac key, production\n"


def test_check_says_when_there_is_no_key(run: Run) -> None:
    said = run("config", "check")
    assert said.code == 0
    assert said.err.startswith("warning: no account: only public endpoints will work\n")


def test_check_refuses_what_run_would_refuse(run: Run) -> None:
    said = run("config", "check", BINANCE_API_KEY=KEY, BINANCE_API_SECRET="YOUR_API_SECRET")
    assert said.code == 3
    assert said.err.startswith("error: BINANCE_API_SECRET: the HMAC secret is a placeholder\nhint: ")


def test_show_has_a_row_for_each_setting_with_its_origin(run: Run) -> None:
    Path("config.yaml").write_text("\nenvironment: demo\n")
    said = run("config", "show", "--listen", "127.0.0.1:7", SIGNING_PROXY_JOURNAL="j")
    rows = {line.split()[0]: line.split()[1:] for line in said.out.splitlines()}
    assert rows["environment"] == ["demo", "config.yaml:2"]
    assert rows["listen"] == ["127.0.0.1:7", "--listen"]
    assert rows["journal.directory"] == ["j", "SIGNING_PROXY_JOURNAL"]
    assert rows["admin"] == ["localhost:8181", "default"]


def test_show_reads_no_secret_and_shows_no_key(run: Run) -> None:
    said = run(
        "config", "show", BINANCE_API_KEY=KEY, BINANCE_API_SECRET=SECRET, BINANCE_PRIVATE_KEY_FILE="/nowhere"
    )
    assert said.code == 0
    assert "accounts.default.api_secret" in said.out
    assert "key, 64 characters" in said.out
    assert KEY not in said.out + said.err
    assert SECRET not in said.out + said.err


def test_show_as_json(run: Run) -> None:
    said = run("config", "show", "--json", "--environment", "us")
    table = json.loads(said.out)
    assert table["environment"] == {"value": "us", "origin": "--environment"}
    assert table["signing.recv_window_ms"] == {"value": 5000, "origin": "default"}


def test_schema_is_json(run: Run) -> None:
    said = run("config", "schema")
    assert said.code == 0
    assert json.loads(said.out) == json.loads(msgspec.json.encode(settings_schema()))
