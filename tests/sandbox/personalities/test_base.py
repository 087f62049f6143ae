"""Options of personalities: what is taken, and what is said of anything else."""

import pytest

from proxy.sandbox.personalities.base import Given, PersonalityError


def given(text: str) -> Given:
    return Given("one", {"it": text})


@pytest.mark.parametrize(
    ("text", "ms"), [("90", 90_000), ("0.5s", 500), ("10m", 600_000), ("2h", 7_200_000), ("1d", 86_400_000)]
)
def test_times(text: str, ms: int) -> None:
    assert given(text).milliseconds("it") == ms


@pytest.mark.parametrize("text", ["", "0", "-1s", "1w", "h", "1e3", "0.0001s", "٣s"])
def test_no_times(text: str) -> None:
    with pytest.raises(PersonalityError, match="one: it must be a time such as"):
        given(text).seconds("it")


@pytest.mark.parametrize("text", ["", "-1", "1.0", "x", "٣", "99999999999"])
def test_no_whole_numbers(text: str) -> None:
    with pytest.raises(PersonalityError, match="one: it must be a whole number from 0"):
        given(text).whole("it")
    assert given("7").whole("it") == 7


@pytest.mark.parametrize("text", ["", "1-", "1,3", "7", "-1"])
def test_no_counts(text: str) -> None:
    with pytest.raises(PersonalityError, match="numbers from 0 to 6"):
        given(text).counts("it", 6)
    assert given("1-3-1").counts("it", 6) == (1, 3, 1)


def test_words_flags_and_paths() -> None:
    assert (given("yes").flag("it"), given("no").flag("it")) == (True, False)
    assert given("a").word("it", frozenset("ab")) == "a"
    assert given("/x").path("it") == "/x"
    with pytest.raises(PersonalityError, match="yes or no"):
        given("1").flag("it")
    with pytest.raises(PersonalityError, match="one of a, b"):
        given("c").word("it", frozenset("ba"))
    with pytest.raises(PersonalityError, match="a path such as"):
        given("x").path("it")
