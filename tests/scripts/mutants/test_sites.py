"""Which changes are offered, and which are not."""

import libcst as cst
import pytest

from scripts.mutants.sites import sites


def _changes(source: str, *operators: str) -> set[tuple[str, str]]:
    """The statements that are offered, before and after, each on one line."""
    module = cst.parse_module(source)
    found = set()
    for site in sites(module):
        if not operators or site.operator in operators:
            changed = module.deep_replace(site.old, site.new)
            assert isinstance(changed, cst.Module)
            (old,) = set(source.splitlines()) - set(changed.code.splitlines())
            (new,) = set(changed.code.splitlines()) - set(source.splitlines())
            found.add((old.strip(), new.strip()))
    return found


def test_a_condition_is_never_met_or_always() -> None:
    source = "def f(a):\n    if a > 1:\n        return 2\n    while a:\n        a = f(a)\n"
    assert _changes(source, "condition") == {
        ("if a > 1:", "if (a > 1) and False:"),
        ("if a > 1:", "if (a > 1) or True:"),
        ("while a:", "while (a) and False:"),
    }


def test_a_filter_is_never_met_or_always() -> None:
    assert _changes("found = [one for one in many if one]\n", "condition") == {
        ("found = [one for one in many if one]", "found = [one for one in many if (one) and False]"),
        ("found = [one for one in many if one]", "found = [one for one in many if (one) or True]"),
    }


def test_a_call_is_left_out() -> None:
    source = "async def f(a):\n    a.note(1)\n    await a.send()\n    b = a.take()\n    return b\n"
    assert _changes(source, "call_left_out") == {("a.note(1)", "pass"), ("await a.send()", "pass")}


@pytest.mark.parametrize(("word", "other"), [("min", "max"), ("max", "min"), ("any", "all"), ("all", "any")])
def test_the_other_end(word: str, other: str) -> None:
    assert _changes(f"a = {word}(b)\n", "other_end") == {(f"a = {word}(b)", f"a = {other}(b)")}


def test_the_operators_of_the_library() -> None:
    assert _changes("a = b < 7\n", "swap_op", "number") == {
        ("a = b < 7", "a = b <= 7"),
        ("a = b < 7", "a = b < 8"),
    }


@pytest.mark.parametrize(
    "source",
    [
        '"""A text of the module with 3 numbers, 1 + 2."""\n',
        'class A:\n    """A text."""\n\n    b: "int | None"\n    """Of an attribute."""\n',
        "from a import b\nimport c.d as e\n",
        '__all__ = ["a", "b"]\n',
        "Handler = Callable[[str], None]\nWord = str | None\ntype Key = tuple[str, int]\n",
        'T = TypeVar("T")\n',
        "@cache(1)\ndef f(a: int = ..., *, b: str | None) -> list[int] | None: ...\n",
        "class A(Struct, frozen=True):\n    __slots__ = ('a', 'b')\n",
        "class A(Protocol):\n    def f(self, a: int = 1) -> int: ...\n",
        "class A:\n    @abstractmethod\n    def f(self) -> int:\n        raise NotImplementedError(1)\n",
        "if TYPE_CHECKING:\n    a = 1\n",
        "assert a == 1, 'never'\n",
        '_LOG.warning("something", seconds=round(1.5))\n',
    ],
)
def test_nothing_is_offered_where_nothing_can_matter(source: str) -> None:
    assert _changes(source) == set()


def test_the_wording_of_a_sentence_is_left_but_a_word_is_not() -> None:
    source = 'a = ("host_not_allowed", "call the gateway from a program")\n'
    assert {new for _, new in _changes(source, "string")} == {
        'a = ("XXhost_not_allowedXX", "call the gateway from a program")',
        'a = ("HOST_NOT_ALLOWED", "call the gateway from a program")',
    }


def test_each_change_knows_its_function() -> None:
    source = "a = 1\nclass B:\n    c = 2\n    def d(self, e=3):\n        def f():\n            return 4\n        return 5\n"
    module = cst.parse_module(source)
    numbers = {
        module.code_for_node(site.old): site.function for site in sites(module) if site.operator == "number"
    }
    assert numbers == {"1": "<module>", "2": "B", "3": "B.d", "4": "B.d.f", "5": "B.d"}
