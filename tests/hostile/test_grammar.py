"""The grammar of hostile requests: what it draws, it draws again from the same seed, and it draws all of it."""

import random
from pathlib import Path

import pytest

from tests.hostile.grammar import KINDS
from tests.hostile.grammar.draft import marks_in
from tests.hostile.grammar.secrets import CANARY, PLANTED, leaked
from tests.support.canaries import ENCODINGS
from tests.support.gateway import API_SECRET

ROOM = Path(__file__).parents[2] / "proxy"


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_draws_the_same_again_and_another_one_something_else(kind: str) -> None:
    draw = KINDS[kind]
    first = [draw(random.Random(seed)) for seed in range(40)]
    assert first == [draw(random.Random(seed)) for seed in range(40)]
    assert len({asked.octets for asked in first}) > 12


@pytest.mark.parametrize("kind", KINDS)
def test_what_must_come_of_it_can_be_traced(kind: str) -> None:
    """Marks are in the octets, so that none of the promises is about nothing."""
    for seed in range(200):
        asked = KINDS[kind](random.Random(seed))
        assert asked.octets
        if kind != "cut off":
            assert set(asked.most_up) <= set(marks_in(asked.octets))
        if asked.token is not None:
            assert min(asked.most_up.values()) == 0


def test_the_kinds_of_the_lists_are_there() -> None:
    assert len(KINDS) >= 40
    refused = [kind for kind in KINDS if _says_no(kind)]
    assert len(refused) >= 20


def _says_no(kind: str) -> bool:
    drawn = [KINDS[kind](random.Random(seed)) for seed in range(20)]
    return all(0 in asked.most_up.values() for asked in drawn)


def test_promised_refusals_are_those_that_the_gateway_has() -> None:
    sources = "".join(file.read_text() for file in ROOM.rglob("*.py"))
    tokens = {KINDS[kind](random.Random(seed)).token for kind in KINDS for seed in range(40)} - {None}
    assert len(tokens) >= 7
    assert [token for token in tokens if f'"{token}"' not in sources] == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", PLANTED)
def test_a_secret_is_known_in_every_encoding(secret: str, encoding: str) -> None:
    assert leaked(b"before " + ENCODINGS[encoding](secret).encode() + b" behind")
    assert not leaked(b"before " + secret[:-1].encode() + b"! behind")


def test_the_secrets_are_of_the_right_form() -> None:
    assert API_SECRET in PLANTED
    assert len(CANARY) == 64
    assert CANARY.isalnum()
