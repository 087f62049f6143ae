"""What people call an environment: the words of other tools, and the variable of Binance's own command line."""

from pathlib import Path

import pytest

from proxy.config.convert import convert
from proxy.config.environment_names import CLI_VARIABLE, meant
from proxy.config.load import Overrides, load_settings
from proxy.core.errors import ConfigError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("prod", "production"),
        ("PROD", "production"),
        ("mainnet", "production"),
        ("main-net", "production"),
        ("live", "production"),
        ("Production", "production"),
        ("test", "testnet"),
        ("test-net", "testnet"),
        ("paper", "demo"),
        ("demo_trading", "demo"),
        ("binance.us", "us"),
        ("local", "sandbox"),
        ("liver", None),
        ("", None),
        ("uss", None),
        ("product", None),
    ],
)
def test_words_of_other_tools(word: str, name: str | None) -> None:
    assert meant(word) == name


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("prod", "did you mean production?"),
        ("mainnet", "did you mean production?"),
        ("live", "did you mean production?"),
        ("test", "did you mean testnet?"),
        ("tesnet", "did you mean testnet?"),
        ("elsewhere", ""),
    ],
)
def test_the_file_answers_with_our_name(word: str, hint: str) -> None:
    (problem,) = convert({"environment": word}).problems
    assert problem.says == "environment must be one of demo, production, sandbox, testnet, us"
    assert problem.hint == hint


def test_of_other_settings_nothing_is_said_by_these_words() -> None:
    (problem,) = convert({"log": {"level": "prod"}}).problems
    assert problem.hint == ""


@pytest.mark.parametrize(
    ("theirs", "ours"), [("prod", "production"), ("demo", "demo"), ("testnet", "testnet"), ("", "production")]
)
def test_the_variable_of_binances_command_line_is_understood(theirs: str, ours: str) -> None:
    loaded = load_settings(environ={CLI_VARIABLE: theirs})
    assert loaded.settings.environment == ours
    assert loaded.origins.get("environment") == (CLI_VARIABLE if theirs else None)
    assert loaded.warnings == ()


@pytest.mark.parametrize(
    ("word", "hint"), [("mainnet", "did you mean prod?"), ("us", "unset it, or say which"), ("x", "unset it")]
)
def test_a_word_that_it_does_not_have_is_no_silent_production(word: str, hint: str) -> None:
    with pytest.raises(ConfigError, match="BINANCE_API_ENV must be one of prod, demo, testnet") as caught:
        load_settings(environ={CLI_VARIABLE: word})
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("theirs", ["prod", "mainnet", "nonsense"])
def test_what_is_said_here_counts_more_and_a_difference_is_told(theirs: str) -> None:
    Path("config.yaml").write_text("\nenvironment: testnet\n")
    for overrides, environ, name, place in (
        (Overrides(), {}, "testnet", "config.yaml:2"),
        (Overrides(environment="demo"), {}, "demo", "--environment"),
        (Overrides(), {"SIGNING_PROXY_ENVIRONMENT": "demo"}, "demo", "SIGNING_PROXY_ENVIRONMENT"),
    ):
        loaded = load_settings(overrides, {CLI_VARIABLE: theirs, **environ})
        assert loaded.settings.environment == name
        told = f"{CLI_VARIABLE} says production and is not used: {place} says which Binance is meant"
        assert loaded.warnings == ((told,) if theirs == "prod" else ())


def test_what_both_say_alike_is_not_told() -> None:
    assert load_settings(Overrides(environment="testnet"), {CLI_VARIABLE: "testnet"}).warnings == ()
