"""Rules don't know each other: a rule may be read, changed and removed without looking at another one.

A departure, a symptom and a verdict imports what its kind shares, and the core below; never another rule.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIAGNOSIS = "proxy.core.diagnosis"
KINDS = ("departures", "symptoms", "verdicts")

SHARED = {
    "departures": {"base", "macs", "output_forms", "parts", "schemes"},
    "symptoms": {"base", "hosts", "parts", "values"},
    "verdicts": {"base", "neighbours"},
}
"""What the rules of a kind share. A verdict may use the shared parts of symptoms, too: it speaks of what they saw."""

MAY_USE = {
    "departures": ("departures",),
    "symptoms": ("symptoms",),
    "verdicts": ("verdicts", "symptoms"),
}

LISTS = ("search.all_departures", "examination.all_symptoms", "examination.all_verdicts", "examination.rules")
"""The written lists of rules."""


def modules(kind: str) -> dict[str, Path]:
    """All modules of a kind by their name below it: `scope.apikey`; packages without code of their own left out."""
    folder = ROOT.joinpath(*DIAGNOSIS.split("."), kind)
    paths = (path for path in folder.rglob("*.py") if path.name != "__init__.py")
    return {".".join(path.relative_to(folder).with_suffix("").parts): path for path in paths}


RULES = {
    f"{kind}.{name}": path
    for kind in KINDS
    for name, path in modules(kind).items()
    if name not in SHARED[kind]
}


def imports(source: str) -> set[str]:
    """Every module that a source names in an import, wherever it stands; `from a import b` may mean `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def rules_named(source: str, kind: str) -> set[str]:
    """The imports that a rule of this kind must not have: other rules, the lists of them, relative names."""
    shared = [f"{DIAGNOSIS}.{room}.{name}" for room in MAY_USE[kind] for name in SHARED[room]]
    rooms = tuple(f"{DIAGNOSIS}.{room}." for room in KINDS)
    lists = (*(f"{DIAGNOSIS}.{name}" for name in LISTS), ".")
    return {
        name
        for name in imports(source)
        if name.startswith(lists)
        or (name.startswith(rooms) and not any(f"{name}.".startswith(f"{one}.") for one in shared))
    }


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_knows_no_other_rule(rule: str) -> None:
    kind = rule.partition(".")[0]
    assert rules_named(RULES[rule].read_text("utf-8"), kind) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_listed_as_shared_is_there_and_knows_no_rule(kind: str) -> None:
    there = modules(kind)
    assert SHARED[kind] <= set(there)
    for name in sorted(SHARED[kind]):
        assert rules_named(there[name].read_text("utf-8"), kind) == set(), name


def test_all_rules_are_looked_at() -> None:
    kinds = [rule.partition(".")[0] for rule in RULES]
    assert kinds.count("departures") >= 94
    assert kinds.count("symptoms") >= 66
    assert kinds.count("verdicts") >= 13


@pytest.mark.parametrize(
    ("line", "kind", "seen"),
    [
        ("from proxy.core.diagnosis.symptoms.quoted import SYMPTOM", "symptoms", True),
        ("from proxy.core.diagnosis.symptoms import quoted", "symptoms", True),
        ("import proxy.core.diagnosis.symptoms.quoted as other", "symptoms", True),
        ("if TYPE_CHECKING:\n    from proxy.core.diagnosis.departures.key import cut", "departures", True),
        ("def detect(request):\n    from proxy.core.diagnosis.examination import rules", "symptoms", True),
        ("from proxy.core.diagnosis.examination.all_symptoms import SYMPTOMS", "verdicts", True),
        ("from . import quoted", "symptoms", True),
        ("from proxy.core.diagnosis.verdicts.neighbours import elsewhere", "symptoms", True),
        ("from proxy.core.diagnosis.departures.parts import escape", "symptoms", True),
        ("from proxy.core.diagnosis.symptoms.parts import seen_in", "symptoms", False),
        ("from proxy.core.diagnosis.symptoms import parts", "symptoms", False),
        ("from proxy.core.diagnosis.symptoms.parts import plausible_key", "verdicts", False),
        ("from proxy.core.diagnosis.symptoms.quoted import SYMPTOM", "verdicts", True),
        ("from proxy.core.diagnosis.examination.parsed_request import ParsedRequest", "departures", False),
        ("import re\nfrom proxy.core.wire import pair_name", "departures", False),
    ],
)
def test_every_way_to_import_is_seen(line: str, kind: str, seen: bool) -> None:
    assert bool(rules_named(line, kind)) is seen
