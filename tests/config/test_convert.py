"""Every problem with names and values is found, in words made from the types."""

import pytest

from proxy.config.convert import convert
from proxy.core.settings import Settings

MISTAKES = [
    ({"enviroment": "demo"}, "enviroment is not a setting", "did you mean environment?"),
    ({"recv_window_ms": 1}, "recv_window_ms is not a setting here", "it belongs under signing:"),
    ({"frobnicate": 1}, "frobnicate is not a setting", "known here: environment, listen"),
    (
        {"policy": {"limits": [{"applies_to": "spot", "max_qty": 1}]}},
        "policy.limits[0].max_qty is not a setting",
        "did you mean max_quantity?",
    ),
    (
        {"policy": {"limits": [{"applies_to": "spot", "max_qty_per_day": 1}]}},
        "policy.limits[0].max_qty_per_day is not a setting",
        "did you mean max_quantity_per_day?",
    ),
    ({"signing": {"recv_window": 1}}, "signing.recv_window is not a setting", "did you mean recv_window_ms?"),
    ({"e": 1}, "e is not a setting", "known here: environment, listen"),
    ({"x" * 64: 1}, "(a name that is not shown) is not a setting", ""),
    (
        {"environment": "Production"},
        "environment must be one of demo, production, sandbox, testnet, us",
        "production?",
    ),
    ({"environment": None}, "environment has no value; it must be one of", "remove the line"),
    ({"listen": 8180}, "listen must be text, not a number", "quotes"),
    ({"listen": False}, "listen must be text, not true or false", "quotes"),
    ({"listen": ["a"]}, "listen must be text, not a list", ""),
    ({"signing": 3}, "signing must be a group of `key: value` lines, not a number", ""),
    ({"signing": {"recv_window_ms": 0}}, "signing.recv_window_ms must be a whole number from 1 to 60000", ""),
    (
        {"signing": {"recv_window_ms": 60001}},
        "signing.recv_window_ms must be a whole number from 1 to 60000",
        "",
    ),
    (
        {"signing": {"recv_window_ms": "5000"}},
        "signing.recv_window_ms must be a whole number from 1 to 60000, not text",
        "bare",
    ),
    (
        {"signing": {"recv_window_ms": True}},
        "signing.recv_window_ms must be a whole number from 1 to 60000, not true",
        "",
    ),
    (
        {"signing": {"recv_window_ms": 1.5}},
        "signing.recv_window_ms must be a whole number from 1 to 60000",
        "",
    ),
    (
        {"upstream": {"connect_seconds": 0}},
        "upstream.connect_seconds must be a number above 0, at most 86400",
        "",
    ),
    ({"limits": {"in_flight": 0}}, "limits.in_flight must be a whole number of at least 1", ""),
    ({"policy": {"read_only": "yes"}}, "policy.read_only must be true or false", "words in YAML 1.2"),
    ({"policy": {"read_only": "1"}}, "policy.read_only must be true or false, not text", ""),
    ({"policy": {"profiles": "spot"}}, "policy.profiles must be a list, not text", "- item"),
    (
        {"policy": {"profiles": ["spot", "margn"]}},
        "policy.profiles[1] must be one of",
        "did you mean margin?",
    ),
    ({"policy": {"allow": [1]}}, "policy.allow[0] must be text, not a number", "quotes"),
    ({"endpoints": [{"needs": "key"}]}, "endpoints[0].endpoint is missing", ""),
    ({"endpoints": [{"endpoint": "PATCH /x"}]}, "endpoints[0].endpoint must be text of the form", ""),
    ({"endpoints": ["GET /x"]}, "endpoints[0] must be a group of `key: value` lines, not text", ""),
    ({"accounts": ["main"]}, "accounts must be a group of named entries, not a list", ""),
    ({"accounts": {"main": "x"}}, "accounts.main must be a group of `key: value` lines, not text", ""),
    (
        {"accounts": {"main": {"api_secret": "x"}}},
        "accounts.main.api_secret cannot stand here",
        "api_secret_file",
    ),
    (
        {"accounts": {"main": {"secret-key": "x"}}},
        "accounts.main.secret-key cannot stand here",
        "api_secret_file",
    ),
    (
        {"accounts": {"main": {"private_key": "x"}}},
        "accounts.main.private_key cannot stand here",
        "private_key_file",
    ),
    ({"accounts": {"main": {"api_key": 7}}}, "accounts.main.api_key must be text, not a number", "quotes"),
]


@pytest.mark.parametrize(("data", "says", "hint"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_told_once_and_in_words(data: dict[str, object], says: str, hint: str) -> None:
    conversion = convert(data)
    assert len(conversion.problems) == 1
    assert conversion.problems[0].says.startswith(says)
    assert hint in conversion.problems[0].hint


def test_all_mistakes_of_a_file_are_found_at_once() -> None:
    mistakes: dict[str, object] = {
        "nonsense": 1,
        "listen": 1,
        "log": {"level": "loud"},
        "clock": {"samples": 99},
    }
    assert [problem.about[0] for problem in convert(mistakes).problems] == [
        ("nonsense",),
        ("listen",),
        ("log", "level"),
        ("clock", "samples"),
    ]


def test_what_is_good_beside_a_mistake_is_kept() -> None:
    settings = convert({"environment": "demo", "listen": 5}).settings
    assert settings == Settings(environment="demo")


def test_groups_and_lists_with_everything_commented_out_are_empty() -> None:
    conversion = convert({"signing": None, "accounts": None, "endpoints": None, "policy": {"allow": None}})
    assert conversion.problems == []
    assert conversion.settings == Settings()


@pytest.mark.parametrize("value", ["CanaryCanary", ["CanaryCanary"], {"CanaryCanary" * 6: 1}])
@pytest.mark.parametrize(
    "setting", ["listen", "signing", "policy", "accounts", "limits", "environment", "admin"]
)
def test_no_message_repeats_a_value(setting: str, value: object) -> None:
    for problem in convert({setting: value}).problems:
        assert "CanaryCanaryCanary" not in problem.says + problem.hint
        assert not isinstance(value, str) or value not in problem.says + problem.hint
