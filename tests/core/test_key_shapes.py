"""What a message may repeat: names and paths, and nothing that was drawn."""

import random
import string

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.key_shapes import could_be_key, described, is_key_as_name, shown_place, without_keys
from tests.support.canaries import KINDS

DRAWN = ("hmac secret", "private key", "client token", "api key", "listen key", "listen token", "signature")


@pytest.mark.parametrize("kind", DRAWN)
def test_what_was_drawn_is_seen(kind: str) -> None:
    draw = random.Random(kind)
    seen = sum(could_be_key(KINDS[kind](draw)) for _ in range(2000))
    assert seen >= 1995  # one of some thousands has long runs of small letters, as words have


def test_drawn_letters_are_seen_too_and_camel_case_is_not() -> None:
    """Two of three words of 20 letters; nearly all of 40. A secret of 64 has digits."""
    draw = random.Random("letters")
    seen = sum(could_be_key("".join(draw.choices(string.ascii_letters, k=20))) for _ in range(2000))
    assert seen > 1200
    assert not could_be_key("getPayMethodByUserId")
    assert not could_be_key("getAPIKeyByUserID")


NAMES = [
    "main", "grid-bot-2024-BTCUSDT-v3", "MyGridBot2024", "freqtrade_2026.11.28", "Bot-A1-B2-C3-D4-E5",
    "k8s-pod-7d9f8b6c5-x2v4z", "BINANCE_API_SECRET_FOR_MAIN_ACCOUNT_2", "51b948b1-beeb-4323-a256-460241e7e783",
    "0123456789abcdef", "grid_bot_v2_BTCUSDT_ETHUSDT",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_people_and_programs_call_things_is_a_name(name: str) -> None:
    assert not is_key_as_name(name)


@pytest.mark.parametrize("kind", ["hmac secret", "client token", "api key", "listen key", "signature"])
def test_a_key_is_no_name(kind: str) -> None:
    draw = random.Random(kind)
    assert sum(is_key_as_name(KINDS[kind](draw)) for _ in range(2000)) >= 1995
    assert sum(is_key_as_name(f"bot-{KINDS[kind](draw)}") for _ in range(200)) >= 199
    assert is_key_as_name("tQ7xVb2Lm9Rf4Hc8Zp3Kd6")


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


@pytest.mark.parametrize(
    ("text", "is_key"),
    [
        ("aB3d" * 3 + "aB3", False),  # 15 characters
        ("aB3d" * 4, True),
        ("a1b2/c3d4/e5f6/g7h8/i9j0/k1l2/m3n4/o5p6/q7r8/s9t0", True),  # 40 and no slash: base64
        ("a1b2/c3d4/e5f6/g7h8/i9j0/k1l2/m3n4/o5p6/q7r8/s9t", False),
        ("journal/tQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0A/flows", True),
        ("x" * 39, False),
        ("x" * 40, True),
        ("a" * 23 + "1", True),  # 24 in a row, mixed
        ("a" * 22 + "1", False),
    ],
)
def test_where_the_bounds_are(text: str, *, is_key: bool) -> None:
    assert could_be_key(text) is is_key


def test_words_are_looked_at_one_by_one() -> None:
    assert without_keys("a  b c") == "a  b c"
    assert without_keys("x/tQ7xVb2Lm9Rf4Hc8 y") == f"{described('x/tQ7xVb2Lm9Rf4Hc8')} y"
    assert shown_place("./x y") == "./x y"
    assert shown_place("x y") == "(a text of 3 characters)"


def test_a_place_among_other_words_and_one_that_begins_with_a_dot() -> None:
    key = "tQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0A"
    assert without_keys(f"see /nix/{key}: no", lambda word: word == f"/nix/{key}") == f"see /nix/{key}: no"
    assert shown_place(".env2") == ".env2"
    assert shown_place("env2") == "(a text of 4 characters)"
