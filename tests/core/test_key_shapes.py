"""What a message may repeat: names and paths, and nothing that was drawn."""

import random

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.key_shapes import could_be_key, described, shown_place, without_keys
from tests.support.canaries import KINDS

DRAWN = ("hmac secret", "private key", "client token", "api key", "listen key", "listen token", "signature")


@pytest.mark.parametrize("kind", DRAWN)
def test_what_was_drawn_is_seen(kind: str) -> None:
    draw = random.Random(kind)
    seen = sum(could_be_key(KINDS[kind](draw)) for _ in range(2000))
    assert seen >= 1995  # one of some thousands has long runs of small letters, as words have


def test_no_endpoint_looks_like_a_key() -> None:
    assert [one.name for one in Catalogue.builtin() if could_be_key(one.name)] == []


@pytest.mark.parametrize(
    "text",
    [
        "config.yaml",
        "/run/secrets/binance_api_secret",
        "/home/jane/My Bots/grid-bot-2.yaml",
        "journal/flows-20261128T182405123Z-0000.jsonl",
        "BINANCE_PRIVATE_KEY_PASSPHRASE_FILE",
        "/tmp/pytest-of-root/pytest-12/test_a_name_that_is_very_long_0/cwd/x",
        "there is no journal at /var/lib/signing-proxy",
    ],
)
def test_names_paths_and_sentences_are_not(text: str) -> None:
    assert without_keys(text) == text


def test_a_key_in_a_sentence_is_described() -> None:
    key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
    assert without_keys(f"{key}: does not exist") == f"{described(key)}: does not exist"
    assert described(key) == "(a text of 64 characters that looks like a key)"
    assert without_keys(f"x -----BEGIN PRIVATE KEY-----\n{key}") == "x (a PEM text)"
    assert without_keys(f"/nix/{key}: no", lambda word: word == f"/nix/{key}") == f"/nix/{key}: no"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("settings/bot.yaml", "settings/bot.yaml"),
        ("journal", "journal"),
        ("../x", "../x"),
        ("hunter2!", "(a text of 8 characters)"),
        ("correct horse battery", "(a text of 21 characters)"),
        ("a\x1b[2Jb.yaml", "(a text of 11 characters)"),
    ],
)
def test_a_place_is_shown_where_it_is_clearly_one(path: str, shown: str) -> None:
    assert shown_place(path) == shown
