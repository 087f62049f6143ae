"""Whose policy is meant."""

from pathlib import Path

from tests.cli.conftest import Run


def test_the_policy_of_a_client(run: Run) -> None:
    file = ("--clients", "keys.json")
    run("clients", "add", "bot", "--profile", "futures", *file)
    assert run("policy", "test", "POST /fapi/v1/order", "--client", "bot", *file).code == 0
    assert run("policy", "test", "POST /api/v3/order", "--client", "bot", *file).code == 1
    assert run("policy", "test", "POST /api/v3/order", "--client", "nobody", *file).code == 2


ACCOUNTS = """
clients_file: keys.json
accounts:
  main: {api_key: x, api_secret_file: s}
  american: {api_key: x, api_secret_file: s, environment: us}
clients:
  bot: {accounts: [american, main]}
  other: {}
"""


def test_the_first_account_of_a_client_chooses_the_environment(run: Run) -> None:
    Path("config.yaml").write_text(ACCOUNTS)
    options = ("policy", "test", "GET /eapi/v1/time")
    assert run(*options, "--client", "bot").code == 1
    assert run(*options, "--client", "other").code == 0
    assert run(*options).code == 0
    Path("config.yaml").write_text(f"default_account: american{ACCOUNTS}")
    assert run(*options).code == 1
    assert run(*options, "--client", "other").code == 1


def test_the_only_account_is_the_default_one(run: Run) -> None:
    only = ACCOUNTS.replace("  main: {api_key: x, api_secret_file: s}\n", "").replace(", main", "")
    Path("config.yaml").write_text(only)
    assert run("policy", "test", "GET /eapi/v1/time").code == 1
