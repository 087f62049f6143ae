"""What people call an environment of Binance, and what it is called here.

`prod`, `mainnet` and `live` are how other tools name production. None of them is taken for it silently: a word
that was meant otherwise would trade with real money. Only the variable of Binance's own command line is, whose
words are fixed.
"""

from collections.abc import Mapping
from typing import Final

from proxy.config.problems import Problem
from proxy.core.settings import EnvironmentName

CLI_VARIABLE: Final = "BINANCE_API_ENV"
_CLI_WORDS: Final[Mapping[str, EnvironmentName]] = {
    "prod": "production",
    "demo": "demo",
    "testnet": "testnet",
}
"""README of github.com/binance/binance-cli, "Using Environment variable": prod by default, valid are these three."""

_MEANT: Final[Mapping[EnvironmentName, frozenset[str]]] = {
    "production": frozenset({"prod", "prd", "main", "mainnet", "live", "real", "binance", "com", "global"}),
    "testnet": frozenset({"test", "testing", "tests", "vision", "staging"}),
    "demo": frozenset({"paper", "demotrading", "demomode", "mock", "simulated"}),
    "us": frozenset({"usa", "binanceus"}),
    "sandbox": frozenset({"local", "localhost", "fake", "dev"}),
}
"""Folded: small letters alone."""


def meant(word: str) -> EnvironmentName | None:
    """The environment that a word of another tool stands for."""
    folded = "".join(letter for letter in word.lower() if letter.isalpha())
    return next((name for name, words in _MEANT.items() if folded == name or folded in words), None)


def of_binance_cli(environ: Mapping[str, str]) -> EnvironmentName | None:
    """What `BINANCE_API_ENV` says; None where it is not set or says nothing that Binance's command line knows."""
    return _CLI_WORDS.get(environ.get(CLI_VARIABLE, ""))


def cli_problem(environ: Mapping[str, str]) -> Problem | None:
    """What is wrong with `BINANCE_API_ENV`: a word that is none of the three would otherwise mean production."""
    word = environ.get(CLI_VARIABLE)
    if not word or word in _CLI_WORDS:
        return None
    name = meant(word)
    close = next((one for one, ours in _CLI_WORDS.items() if ours == name), None)
    return Problem(
        (("environment",),),
        f"{CLI_VARIABLE} must be one of {', '.join(_CLI_WORDS)}",
        f"did you mean {close}?"
        if close
        else "unset it, or say which Binance is meant: --environment, SIGNING_PROXY_ENVIRONMENT or `environment:`",
    )
