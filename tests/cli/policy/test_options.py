"""Whose policy is meant."""

from tests.cli.conftest import Run


def test_the_policy_of_a_client(run: Run) -> None:
    file = ("--clients", "keys.json")
    run("clients", "add", "bot", "--profile", "futures", *file)
    assert run("policy", "test", "POST /fapi/v1/order", "--client", "bot", *file).code == 0
    assert run("policy", "test", "POST /api/v3/order", "--client", "bot", *file).code == 1
    assert run("policy", "test", "POST /api/v3/order", "--client", "nobody", *file).code == 2
