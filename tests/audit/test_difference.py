"""What is different since a moment, and what is not."""

import pytest

from proxy.audit.difference import changes
from tests.audit.conftest import BEGAN_MS
from tests.audit.runs import MINUTE_MS, runs

A = "GET /a"


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("###", "###", False),
        ("xxx", "xxx", False),
        ("xxx", "###", True),
        ("###", "xxx", True),
        ("xxx", "222", True),
        ("x#x#", "##xx", False),  # as often as before
        ("x#x#", "#xxx", True),
        ("##", "####", False),
    ],
)
def test_a_change_is_another_share_or_another_code(before: str, after: str, *, changed: bool) -> None:
    moment = BEGAN_MS + len(before) * 10 * MINUTE_MS
    (found,) = changes(runs({A: before + after}), moment)
    assert found.is_one is changed
    assert (found.before.asked, found.after.asked) == (len(before), len(after))


def test_what_was_asked_on_one_side_only_is_no_change() -> None:
    (found,) = changes(runs({A: "###"}), BEGAN_MS)
    assert (found.before, found.is_one) == (None, False)
    (found,) = changes(runs({A: "###"}), BEGAN_MS + 60 * MINUTE_MS)
    assert (found.after, found.is_one) == (None, False)
