"""`clients`: keys are shown once, rights are judged, and the list shows no key."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FILE = ("--clients", "keys.json")


def shown(out: str) -> dict[str, str]:
    return {line[:10].strip(): line[12:] for line in out.splitlines()}


def test_a_client_from_its_making_to_its_end(run: Run) -> None:
    made = run("clients", "add", "bot", *FILE)
    assert made.code == 0
    first = shown(made.out)
    assert len(first["api key"]) == len(first["api secret"]) == 64
    second = shown(run("clients", "rotate", "bot", "--overlap", "1h", *FILE).out)
    assert second["api key"] != first["api key"]
    listed = run("clients", "list", *FILE)
    assert listed.out.count("key and secret") == 2
    assert listed.out.count("ends") == 1
    assert not any(key in listed.out for one in (first, second) for key in one.values())
    assert run("clients", "revoke", "bot", *FILE).code == 0
    (row,) = json.loads(run("clients", "list", "--json", *FILE).out)
    assert (row["state"], row["keys"]) == ("revoked", [])


def test_machine_output(run: Run) -> None:
    made = json.loads(run("clients", "add", "bot", "--no-secret", "--json", *FILE).out)
    assert set(made) == {"client", "api_key", "api_secret"}
    assert (made["client"], made["api_secret"]) == ("bot", None)


def test_rights_given_are_kept(run: Run) -> None:
    options = ("--profile", "spot", "--profile", "margin", "--allow", "POST /sapi/v1/asset/transfer")
    run("clients", "add", "bot", *options, "--signature", "require", *FILE)
    (row,) = json.loads(run("clients", "list", "--json", *FILE).out)
    assert row["profiles"] == ["spot", "margin"]
    assert row["allow"] == ["POST /sapi/v1/asset/transfer"]
    assert row["signature"] == "require"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", "bot", "--account", "nope", *FILE), 2, "names no account"),
        (("add", "b t", *FILE), 2, "letters, digits"),
        (("add", "bot", "--allow", "POST", *FILE), 2, "method and a path"),
        (("add", "bot", "--allow", "POST /api/v3/ordr", *FILE), 2, "did you mean POST /api/v3/order?"),
        (("add", "bot", "--profile", "all", *FILE), 2, "'all'"),
        (("add", "bot", "--signature", "require", "--no-secret", *FILE), 2, "--no-secret"),
        (("rotate", "bot", *FILE), 2, "no client of that name"),
        (("rotate", "bot", "--overlap", "soon", *FILE), 2, "24h"),
        (("revoke", "bot", *FILE), 2, "no client of that name"),
        (("add", "bot"), 3, "clients_file is not set"),
        (("add", "bot", "--clients", "nowhere/keys.json"), 3, "No such file"),
    ],
)
def test_mistakes_are_told(run: Run, words: tuple[str, ...], code: int, says: str) -> None:
    said = run("clients", *words)
    assert (said.code, said.out) == (code, "")
    assert says in said.err


def test_rights_in_the_configuration_take_no_options(run: Run) -> None:
    Path("config.yaml").write_text(
        "clients_file: keys.json\nclients:\n  bot:\n    policy:\n      profiles: [futures]\n"
    )
    (waiting,) = json.loads(run("clients", "list", "--json").out)
    assert (waiting["state"], waiting["rights_from"]) == ("no key", "configuration")
    assert "stand in the configuration" in run("clients", "add", "bot", "--profile", "spot").err
    assert run("clients", "add", "bot").code == 0
    (row,) = json.loads(run("clients", "list", "--json").out)
    assert (row["state"], row["profiles"]) == ("active", ["futures"])


def test_clients_need_a_file_in_the_configuration(run: Run) -> None:
    Path("config.yaml").write_text("clients:\n  bot:\n    accounts: []\n")
    said = run("config", "check")
    assert said.code == 3
    assert "clients_file is not set" in said.err


def test_config_check_reads_the_file_of_virtual_keys(run: Run) -> None:
    Path("config.yaml").write_text("clients_file: keys.json\n")
    run("clients", "add", "bot")
    assert "clients: 1 virtual key" in run("config", "check").out
    Path("keys.json").chmod(0o644)
    said = run("config", "check")
    assert said.code == 3
    assert "mode 0600" in said.err


def test_a_name_that_the_configuration_spells_otherwise_is_told(run: Run) -> None:
    Path("config.yaml").write_text(
        "clients_file: keys.json\nclients:\n  futbot: {policy: {profiles: [futures]}}\n  later: {}\n"
    )
    said = run("clients", "add", "fut-bot")
    assert said.code == 0
    assert "warning: clients.futbot has no virtual key; did you mean fut-bot?" in said.err
    assert "warning: client fut-bot has a virtual key and no entry" in said.err
    assert "later" not in said.err
    checked = run("config", "check").err
    assert "clients.futbot has no virtual key; did you mean fut-bot?" in checked
    assert "profiles spot, no limits, every read" in checked
    assert "clients.later has no virtual key; signing-proxy clients add later makes one" in checked
    assert "warning" not in run("clients", "add", "later").err
