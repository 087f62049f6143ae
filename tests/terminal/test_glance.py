"""What is read of a record for one line: the same as of the whole."""

import typing
from pathlib import Path

import pytest
from msgspec.structs import fields

from proxy.core.redaction import ForeignFlow, ForeignOutcome
from proxy.terminal.flow_line import lines
from proxy.terminal.glance import Glance, Sent, read_shown
from proxy.terminal.page import Page
from tests.hostile.foreign_journal import hostile_journal
from tests.journal.lines import bare_lines, intent, outcome


def test_its_fields_are_those_of_a_flow() -> None:
    whole = {one.name: one for one in fields(ForeignFlow)}
    for one in fields(Glance):
        other = whole[one.name]
        assert (one.encode_name, one.default) == (other.encode_name, other.default)
        assert one.type == other.type or (one.name == "went" and Sent in typing.get_args(one.type))


def test_the_same_is_shown_of_both(tmp_path: Path) -> None:
    seen = 0
    for line in bare_lines(hostile_journal(tmp_path).read_bytes()):
        try:
            whole = read_shown(line, whole=True)
        except ValueError:
            continue
        seen += isinstance(whole, ForeignFlow)
        assert lines(read_shown(line, whole=False), "", Page()) == lines(whole, "", Page())
    assert seen > 100


@pytest.mark.parametrize("whole", [False, True])
def test_other_lines_are_none(*, whole: bool) -> None:
    assert isinstance(read_shown(outcome().line, whole=whole), ForeignOutcome)
    with pytest.raises(ValueError, match="not a journal record"):
        read_shown(intent().line, whole=whole)
