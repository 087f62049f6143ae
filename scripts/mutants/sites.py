"""Where a file can be changed, and how: mutmut's operators, and four for what they leave out.

mutmut brings operators as plain functions from a syntax node to changed nodes. It has none for a condition that
is always met or never, for a call left out, and for `min` instead of `max`: the faults a guard dies of.

What cannot matter is not offered: annotations, type aliases, docstrings, imports, `__all__`, decorators, asserts,
lines of the program's own log, and the wording of sentences.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.mutators import mutation_operators, operator_swap_op

Operator = Callable[[cst.CSTNode], Iterable[cst.CSTNode]]


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One node that an operator changes in one way."""

    function: str
    operator: str
    old: cst.CSTNode
    new: cst.CSTNode


def sites(module: cst.Module) -> list[Site]:
    """All changes of a module, in the order of its text."""
    visitor = _Visitor()
    module.visit(visitor)
    return visitor.found


def _forced(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The test is still evaluated: it may name what the body uses."""
    inner = test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield cst.BooleanOperation(inner, cst.And(), cst.Name("False"))
    yield cst.BooleanOperation(inner, cst.Or(), cst.Name("True"))


def condition(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A condition that is never met, or always."""
    if isinstance(node, cst.If | cst.CompIf):
        for test in _forced(node.test):
            yield node.with_changes(test=test)
    elif isinstance(node, cst.While):
        yield node.with_changes(test=next(_forced(node.test)))


def call_left_out(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A call whose result nobody takes is not made."""
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call | cst.Await):
        yield cst.Pass()


_OTHER = {"min": "max", "max": "min", "any": "all", "all": "any"}


def other_end(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The largest for the smallest, one for all."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _OTHER:
        yield node.with_changes(func=cst.Name(_OTHER[node.func.value]))


_SWAPPED = (
    cst.BinaryOperation,
    cst.BooleanOperation,
    cst.UnaryOperation,
    cst.ComparisonTarget,
    cst.AugAssign,
)
_OPERATORS: list[tuple[type | tuple[type, ...], str, Operator]] = [
    *(
        (
            _SWAPPED if function is operator_swap_op else kind,
            function.__name__.removeprefix("operator_"),
            function,
        )
        for kind, function in mutation_operators
    ),
    ((cst.If, cst.CompIf, cst.While), "condition", condition),
    (cst.Expr, "call_left_out", call_left_out),
    (cst.Call, "other_end", other_end),
]
"""`swap_op` looks at every node otherwise, which is half of the time."""

_NOT_ENTERED = (cst.Annotation, cst.TypeAlias, cst.Import, cst.ImportFrom, cst.Decorator, cst.Assert)
_LOG = m.Call(func=m.Attribute(value=m.Name("_LOG") | m.Name("log") | m.Name("_log") | m.Name("LOG")))
_MAKES_A_TYPE = m.Call(func=m.Name("TypeVar") | m.Name("NewType") | m.Name("ParamSpec"))
_CAST = m.Call(func=m.Name("cast"))
_CHECKED_ONLY = m.Name("TYPE_CHECKING")
_TEXT = (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)
_DECLARED = frozenset({"overload", "abstractmethod"})
_SENTENCE_WORDS = 3


class _Visitor(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Site] = []
        self._scope: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.ClassDef | cst.FunctionDef):
            self._enter(node)
            return False
        if _cannot_matter(node):
            return False
        if isinstance(node, cst.If) and m.matches(node.test, _CHECKED_ONLY):
            return False
        if isinstance(node, cst.Call) and m.matches(node, _CAST):
            for arg in node.args[1:]:
                arg.visit(self)
            return False
        for kind, name, operator in _OPERATORS:
            if isinstance(node, kind):
                self._offer(name, operator, node)
        return True

    def _enter(self, node: cst.ClassDef | cst.FunctionDef) -> None:
        """The body, and the defaults of parameters; not the head of a class, which says what it is made of."""
        if _is_declaration(node):
            return
        self._scope.append(node.name.value)
        if isinstance(node, cst.FunctionDef):
            node.params.visit(self)
        node.body.visit(self)
        self._scope.pop()

    def _offer(self, name: str, operator: Operator, node: cst.CSTNode) -> None:
        if name == "string" and isinstance(node, cst.SimpleString) and _is_sentence(node):
            return
        where = ".".join(self._scope) or "<module>"
        self.found += [Site(where, name, node, new) for new in operator(node)]


def _cannot_matter(node: cst.CSTNode) -> bool:
    match node:
        case cst.SimpleStatementLine(body=[cst.Expr(value=value), *_]) if isinstance(value, _TEXT):
            return True  # a docstring, of whatever stands above it
        case cst.Expr(value=value) if m.matches(value, _LOG):
            return True
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="__all__" | "__slots__"))]):
            return True
        case cst.Assign(value=value) if m.matches(value, _MAKES_A_TYPE):
            return True
        case cst.Assign(value=cst.Subscript() | cst.BinaryOperation(operator=cst.BitOr())):
            return _is_type(node.value)
        case _:
            return isinstance(node, _NOT_ENTERED)


def _is_type(value: cst.BaseExpression) -> bool:
    """`Handler = Callable[[str], None]`, `Word = str | bytes`: capitals, or names of built-in types."""
    match value:
        case cst.BinaryOperation(left=left, right=right, operator=cst.BitOr()):
            return _is_type(left) and _is_type(right)
        case cst.Subscript(value=base):
            return _is_type(base)
        case cst.Attribute(attr=name) | (cst.Name() as name):
            return name.value[0].isupper() or name.value in {
                "str",
                "bytes",
                "int",
                "float",
                "dict",
                "list",
                "tuple",
            }
        case _:
            return False


def _is_declaration(node: cst.ClassDef | cst.FunctionDef) -> bool:
    """A protocol, an overload, an abstract method: nothing runs there."""
    if isinstance(node, cst.ClassDef):
        return any(m.matches(base.value, m.Name("Protocol")) for base in node.bases)
    return any(
        isinstance(it.decorator, cst.Name) and it.decorator.value in _DECLARED for it in node.decorators
    )


def _is_sentence(node: cst.SimpleString) -> bool:
    value = node.evaluated_value
    return len(value.split()) >= _SENTENCE_WORDS
