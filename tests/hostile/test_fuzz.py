"""A sample of `make fuzz`: a real gateway process, 2,000 mutated requests."""

import pytest

from tests.hostile.fuzz import main


@pytest.mark.timeout(110)
def test_a_sample_of_fuzzed_requests_does_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--requests", "2000", "--seconds", "60", "--seed", "7", "--connections", "16"])
    told = capsys.readouterr().out
    assert code == 0, told
    assert "all clean" in told
