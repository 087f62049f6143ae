"""How a fault is told again after its file was formatted or moved."""

from scripts.mutants.faults import difference, line_of

OLD = """\
def f(first, second):
    # a word about it
    return g(first, "one", second) if first < second else None
"""
FORMATTED = """\
def f(
    first,
    second,
):
    return (
        g(first, 'one', second)
        if first < second
        else None
    )
"""


def test_formatting_does_not_change_the_spelling() -> None:
    expected = (
        "return g(first, 'one', second) if first < second else None",
        "return g(first, 'one', second) if first <= second else None",
    )
    assert difference(OLD, OLD.replace("<", "<=")) == expected
    assert difference(FORMATTED, FORMATTED.replace("<", "<=")) == expected


def test_what_says_the_same_is_no_difference() -> None:
    assert difference(OLD, FORMATTED) is None


def test_a_statement_that_is_left_out() -> None:
    assert difference("a()\nb()\nc()\n", "a()\nc()\n") == ("b()", "")


def test_of_a_table_what_stands_around_the_change() -> None:
    """Sixty signs on each side of what differs."""
    rows = [f"'row-{number:02}'" for number in range(30)]
    old = f"TABLE = [{', '.join(rows)}]\n"
    assert difference(old, old.replace("row-15", "ROW-15")) == (
        "…row-09', 'row-10', 'row-11', 'row-12', 'row-13', 'row-14', 'row-15', 'row-16', 'row-17', 'row-18', 'row-19', "
        "'row-20', 'row…",
        "…row-09', 'row-10', 'row-11', 'row-12', 'row-13', 'row-14', 'ROW-15', 'row-16', 'row-17', 'row-18', 'row-19', "
        "'row-20', 'row…",
    )


def test_the_line_as_an_editor_counts() -> None:
    assert line_of(OLD, OLD.replace("<", "<=")) == 3
