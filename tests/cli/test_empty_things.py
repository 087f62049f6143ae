"""Nothing where something could stand: every command that reads the file says so with exit 3, or takes it as meant."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proxy.config.schema import settings_schema
from tests.cli.conftest import Run

WRITE = "write a value, or remove the line"
ENDPOINT = "add `endpoint: ...` (METHOD /path)"
APPLIES = (
    "add `applies_to: ...` (a profile (`spot`) or one endpoint (`POST /sapi/v1/capital/withdraw/apply`))"
)
EMPTY_ITEM = "; or remove the empty item"
WORD = "has no value; it must be text"

REFUSED: list[tuple[str, str, str]] = [
    # list items
    ("endpoints:\n  -\n", ":2: endpoints[0].endpoint is missing", ENDPOINT + EMPTY_ITEM),
    ("endpoints:\n  - {}\n", ":2: endpoints[0].endpoint is missing", ENDPOINT + EMPTY_ITEM),
    ("endpoints: [null]\n", ":1: endpoints[0].endpoint is missing", ENDPOINT + EMPTY_ITEM),
    ("endpoints:\n  - needs: key\n", ":2: endpoints[0].endpoint is missing", ENDPOINT),
    (
        "endpoints:\n  - endpoint: GET /api/v3/x\n  -\n",
        ":3: endpoints[1].endpoint is missing",
        ENDPOINT + EMPTY_ITEM,
    ),
    ("endpoints:\n  - []\n", ":2: endpoints[0] must be a group of `key: value` lines, not a list", ""),
    ("endpoints:\n  - ''\n", ":2: endpoints[0] must be a group of `key: value` lines, not text", ""),
    (
        "endpoints:\n  - endpoint:\n",
        ":2: endpoints[0].endpoint has no value; it must be text of the form ^(GET|POST|PUT|DELETE) /",
        WRITE,
    ),
    (
        "endpoints:\n  - endpoint: ''\n",
        ":2: endpoints[0].endpoint is empty; it must be text of the form ^(GET|POST|PUT|DELETE) /",
        WRITE,
    ),
    ("policy:\n  limits:\n    -\n", ":3: policy.limits[0].applies_to is missing", APPLIES + EMPTY_ITEM),
    ("policy:\n  limits:\n    - max_quote: 5\n", ":3: policy.limits[0].applies_to is missing", APPLIES),
    ("policy:\n  limits:\n    - applies_to:\n", f":3: policy.limits[0].applies_to {WORD}", WRITE),
    (
        "policy:\n  limits:\n    - applies_to: spot\n      symbols:\n        -\n",
        f":5: policy.limits[0].symbols[0] {WORD}",
        WRITE,
    ),
    (
        "policy:\n  limits:\n    - applies_to: spot\n      coins: [USDT, ]\n      addresses: [~]\n",
        f":5: policy.limits[0].addresses[0] {WORD}",
        WRITE,
    ),
    (
        "clients:\n  bot:\n    policy:\n      limits:\n        -\n",
        ":5: clients.bot.policy.limits[0].applies_to is missing",
        APPLIES + EMPTY_ITEM,
    ),
    ("policy:\n  allow:\n    -\n", f":3: policy.allow[0] {WORD}", WRITE),
    (
        "policy:\n  profiles:\n    - spot\n    -\n",
        ":4: policy.profiles[1] has no value; it must be one of convert, earn, futures, margin, merchant, "
        "read-only, spot, transfers",
        WRITE,
    ),
    ("allow_hosts:\n  -\n", f":2: allow_hosts[0] {WORD}", WRITE),
    ("allow_origins: [null, 'http://x.test']\n", f":1: allow_origins[0] {WORD}", WRITE),
    ("clients:\n  bot:\n    accounts:\n      -\n", f":4: clients.bot.accounts[0] {WORD}", WRITE),
    # values
    ("listen:\n", f":1: listen {WORD}", WRITE),
    (
        "environment:\n",
        ":1: environment has no value; it must be one of demo, production, sandbox, testnet, us",
        WRITE,
    ),
    (
        "signing:\n  recv_window_ms:\n",
        ":2: signing.recv_window_ms has no value; it must be a whole number from 1 to 60000",
        WRITE,
    ),
    (
        "limits:\n  idle_seconds:\n",
        ":2: limits.idle_seconds has no value; it must be a number above 0, at most 86400",
        WRITE,
    ),
    ("policy:\n  read_only:\n", ":2: policy.read_only has no value; it must be true or false", WRITE),
    ("journal:\n  directory:\n", f":2: journal.directory {WORD}", WRITE),
    ("journal:\n  directory: ''\n", ":2: journal.directory is empty; it must be text", WRITE),
    ("token_file: ''\n", ":1: token_file is empty; it must be text", WRITE),
    ("clients_file: ''\n", ":1: clients_file is empty; it must be text", WRITE),
    ("budget:\n  holds_file: ''\n", ":2: budget.holds_file is empty; it must be text", WRITE),
    (
        "accounts:\n  main:\n    api_key_file: ''\n",
        ":3: accounts.main.api_key_file is empty; it must be text",
        WRITE,
    ),
    # groups of another kind, and names
    ("signing: []\n", ":1: signing must be a group of `key: value` lines, not a list", ""),
    ("signing: ''\n", ":1: signing must be a group of `key: value` lines, not text", ""),
    ("accounts: []\n", ":1: accounts must be a group of named entries, not a list", ""),
    (
        "endpoints: {}\n",
        ":1: endpoints must be a list, not a group",
        "write one `- item` a line, or [item, item]",
    ),
    (
        "accounts:\n  '': {}\n",
        ":2: the name of an account must be letters, digits, dot, dash or underscore, at most 64",
        "it travels in the header X-Gateway-Account",
    ),
    (
        "clients_file: keys.json\nclients:\n  '': {}\n",
        ":3: the name of a client must be letters, digits, dot, dash or underscore, at most 64",
        "",
    ),
    ("~: 1\n", ":1: a name must be text", "put it in quotes if it looks like a number"),
    # the whole file
    ("", ": holds no settings", "config.yaml.example shows every setting; or leave --config away"),
    (
        "# all of it\n",
        ": holds no settings",
        "config.yaml.example shows every setting; or leave --config away",
    ),
    (
        "[]\n",
        ":1: the file must hold `key: value` lines, not a list",
        "config.yaml.example shows every setting",
    ),
]


@pytest.mark.parametrize(("text", "says", "hint"), REFUSED, ids=range(len(REFUSED)))
def test_nothing_where_something_is_needed_is_told_with_its_line_and_what_to_do(
    run: Run, text: str, says: str, hint: str
) -> None:
    Path("c.yaml").write_text(text)
    said = run("config", "check", "--config", "c.yaml")
    assert (said.code, said.out) == (3, "")
    assert said.err == f"error: c.yaml{says}\n" + (f"hint: {hint}\n" if hint else "")


COMMANDS = [
    ("run",),
    ("config", "check"),
    ("config", "show"),
    ("sign", "GET /api/v3/account"),
    ("policy", "show"),
    ("policy", "test", "GET /api/v3/account"),
    ("policy", "learn"),
    ("catalogue",),
    ("clients", "list"),
    ("clients", "add", "bot"),
    ("logs",),
    ("logs", "show", "r-1"),
    ("whois", "key:0123456789abcdef"),
    ("export", "har"),
    ("export", "curl"),
    ("export", "repro"),
    ("export", "bundle"),
    ("export", "unmask", "b"),
    ("replay", "r-1"),
    ("explain", "request.txt"),
    ("healthcheck",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "text", ["endpoints:\n  -\n", "policy:\n  limits:\n    -\n"], ids=["endpoints", "limits"]
)
def test_every_command_that_reads_the_file_ends_with_exit_3(
    run: Run, words: tuple[str, ...], text: str
) -> None:
    Path("config.yaml").write_text(text)
    Path("request.txt").write_text("curl http://127.0.0.1:8180/api/v3/account\n")
    said = run(*words)
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("error: config.yaml:")
    assert "is missing\nhint: add `" in said.err


TAKEN: list[tuple[str, str, Any]] = [
    ("signing:\n", "signing.recv_window_ms", 5000),
    ("signing: {}\n", "signing.recv_window_ms", 5000),
    ("policy:\n", "policy.profiles", ["spot"]),
    ("policy:\n  profiles:\n", "policy.profiles", []),
    ("policy:\n  profiles: []\n", "policy.profiles", []),
    ("policy:\n  limits:\n", "policy.limits", []),
    ("endpoints:\n", "endpoints", []),
    ("endpoints: []\n", "endpoints", []),
    ("allow_hosts:\n", "allow_hosts", []),
    ("admin:\n", "admin", None),
    ("journal:\n  max_age_days:\n", "journal.max_age_days", None),
    ("budget:\n  brake:\n", "budget.brake", None),
    ("limits:\n", "limits.connections", 512),
]


@pytest.mark.parametrize(("text", "name", "value"), TAKEN, ids=range(len(TAKEN)))
def test_nothing_is_the_default_of_a_group_and_an_empty_list_and_null_where_null_is_a_value(
    run: Run, text: str, name: str, value: Any
) -> None:
    Path("config.yaml").write_text(text)
    assert run("config", "check").code == 0
    assert json.loads(run("config", "show", "--json").out)[name]["value"] == value


@pytest.mark.parametrize("own", ["    policy:\n", "    policy: null\n", "    signature: repair\n", ""])
def test_an_empty_policy_of_a_client_is_the_gateways_and_not_the_default_one(run: Run, own: str) -> None:
    """With the default one the client would trade where the gateway itself only reads."""
    Path("config.yaml").write_text(
        f"policy:\n  read_only: true\nclients_file: keys.json\nclients:\n  bot:\n{own}"
    )
    said = run("policy", "test", "POST /api/v3/order", "--client", "bot", "--json")
    assert said.code == 1
    assert json.loads(said.out)["rule"] == "policy.read_only is true"


def _documents(nothing: Any, schema: dict[str, Any], root: dict[str, Any]) -> Iterator[Any]:
    """Documents with `nothing` once in each place where the schema has a setting, an entry or an item."""
    for same in (*schema.get("anyOf", ()), *([_definition(schema, root)] if "$ref" in schema else ())):
        yield from _documents(nothing, same, root)
    for name, inner in schema.get("properties", {}).items():
        yield {name: nothing}
        yield from ({name: document} for document in _documents(nothing, inner, root))
    if isinstance(entry := schema.get("additionalProperties"), dict):
        yield {"main": nothing}
        yield from ({"main": document} for document in _documents(nothing, entry, root))
    if "items" in schema:
        yield [nothing]
        yield from ([document] for document in _documents(nothing, schema["items"], root))


def _definition(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return found


@pytest.mark.parametrize("nothing", ["null", '""', "[null]", "[{}]", '{"": null}', '{"a": null}'])
def test_nothing_in_any_place_ends_in_settings_or_in_exit_3(run: Run, nothing: str) -> None:
    schema = settings_schema()
    documents = list(_documents(json.loads(nothing), schema, schema))
    assert len(documents) > 100
    for document in documents:
        text = json.dumps(document)
        Path("config.yaml").write_text(text)
        said = run("config", "check")
        assert said.code in (0, 3), text
        assert "unexpected" not in said.err, text
        assert said.err.startswith(("error: ", "warning: no account")), text
