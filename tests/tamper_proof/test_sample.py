"""A sample of `make tamper-proof`."""

import pytest

from tests.tamper_proof.edits import EDITS
from tests.tamper_proof.proof import prove


@pytest.mark.slow
def test_every_edit_is_found_or_is_what_a_kill_leaves() -> None:
    outcome = prove(300, seed=7)
    assert outcome.edits == 300
    assert (outcome.missed, outcome.accused, outcome.disagreed) == ([], [], [])
    assert outcome.found.total() > 285
    tried = outcome.found | outcome.like_a_kill | outcome.no_trace
    assert tried.keys() == {edit.__name__ for edit in EDITS} | {"bundle"}
    assert outcome.found.keys() >= tried.keys() - {"remove_run"}
