"""A sample of `make fuzz`: real gateway processes, 2,000 mutated requests, 2,000 hostile answers."""

import pytest

from tests.hostile.fuzz import main


@pytest.mark.timeout(110)
def test_a_sample_of_fuzzed_requests_does_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["--requests", "2000", "--answers", "0", "--seconds", "60", "--seed", "7", "--connections", "16"]
    )
    told = capsys.readouterr().out
    assert code == 0, told
    assert "all clean" in told


@pytest.mark.timeout(110)
def test_a_sample_of_hostile_answers_reaches_nobody_else(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["--requests", "0", "--answers", "2000", "--seconds", "60", "--seed", "7", "--connections", "16"]
    )
    told = capsys.readouterr().out
    assert code == 0, told
    assert " 0 wrong" in told
