"""Whoever prints gets foreign text as `Foreign` alone, and writes through one of a few doors.

mypy and `Foreign` itself see to the rest: such a text is no `str`, and an f-string of it raises.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PRINTING = {
    "proxy/cli": "every verb",
    "proxy/explain/machine.py": "the JSON of `explain`",
    "proxy/explain/present.py": "the page of `explain`",
    "proxy/explain/read_as.py": "its second line",
    "proxy/evidence/curl.py": "a shell script",
    "proxy/evidence/repro": "scripts",
    "proxy/evidence/report": "a page of Markdown and of HTML, and its picture",
    "proxy/admin": "what curl shows of the admin port",
    "proxy/demo/show.py": "the tour",
    "proxy/telemetry/logs.py": "the log",
    "proxy/terminal": "the live view",
    "addons/doctor/addon.py": "mitmproxy's log and comments",
    "addons/doctor/conclusion.py": "one finding in them",
    "addons/doctor/text.py": "the content view",
}
"""Modules, and rooms of them, whose texts people read where a text can do something."""
COMPUTING = {
    "proxy/cli/policy/learned.py": "hands on what has the form of an endpoint or a symbol, and numbers",
    "proxy/evidence/report/story.py": "hands on foreign texts, numbers, and flags whose names are letters alone",
    "proxy/evidence/report/key_verdicts.py": "hands on what has the form of an endpoint, a host, a code or an id",
    "proxy/evidence/repro/call.py": "hands on what may stand in a URL or in JSON, percent-encoded",
}
"""Of those rooms, the modules that print nothing."""
JSON_ALONE = {"proxy/evidence/har.py", "proxy/evidence/bundle.py", "proxy/evidence/anonymous.py"}
"""They make files of JSON, and so may hold the records as they are."""

PLAIN_RECORDS = frozenset(
    {
        "FlowRecord",
        "IntentRecord",
        "OutcomeRecord",
        "FindingRecord",
        "ProofRecord",
        "SideRecord",
        "decode_record",
    }
)
"""The journal as it is written: its texts are `str`."""
OF_A_PASTE = frozenset({"host", "method"})
"""Texts of a pasted request that are `str`: shown through `Masks.text`, or as `Foreign`."""

DOORS = {
    "proxy/cli/terminal.py": "results and messages",
    "proxy/cli/__init__.py": "the version",
    "proxy/cli/export/handing_out.py": "a file of JSON or of shell, as octets",
    "proxy/app/screen.py": "the first line, as JSON",
    "proxy/terminal/view.py": "the live view",
    "proxy/demo/show.py": "the tour",
    "proxy/__main__.py": "where an unexpected error arose, with --debug",
    "proxy/telemetry/logs.py": "the log",
}
"""Everybody who writes to standard output or error."""


def printing() -> Iterator[tuple[str, ast.Module]]:
    for place in PRINTING:
        found = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
        for path in found:
            name = str(path.relative_to(ROOT))
            if name not in COMPUTING:
                yield name, ast.parse(path.read_text("utf-8"))


def raw_texts(tree: ast.Module) -> list[str]:
    """Where a module gets at a foreign text as it is."""
    return [
        f"{node.lineno}: .raw"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "raw"
    ] + [
        f"{node.lineno}: {alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in PLAIN_RECORDS
    ]


def bare_texts(tree: ast.Module) -> list[str]:
    """Where the method or host of a pasted request stands outside of `masks.text(...)` and `Foreign(...)`."""
    covered = {
        id(node)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and (getattr(call.func, "attr", "") == "text" or getattr(call.func, "id", "") == "Foreign")
        for argument in call.args
        for node in ast.walk(argument)
    }
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in OF_A_PASTE
        and ast.unparse(node.value) in ("seen", "seen.request", "explained.seen", "explained.seen.request")
        and id(node) not in covered
    ]


def test_who_prints_gets_no_foreign_text_as_it_is() -> None:
    found = {name: lines for name, tree in printing() if (lines := raw_texts(tree))}
    assert found == {}


def test_who_computes_is_there() -> None:
    assert all((ROOT / name).exists() for name in [*COMPUTING, *JSON_ALONE, *DOORS])


def test_method_and_host_of_a_paste_are_shown_as_foreign_text() -> None:
    found = {name: bare_texts(tree) for name, tree in printing() if name.startswith("proxy/explain")}
    # Whether there is a host at all is asked in one place.
    assert {name: lines for name, lines in found.items() if lines} == {"proxy/explain/machine.py": _IS_NONE}


_IS_NONE = [
    f"{number}: seen.host"
    for number, line in enumerate((ROOT / "proxy/explain/machine.py").read_text("utf-8").splitlines(), 1)
    if "None if seen.host is None else masks.text(seen.host)" in line
]


@pytest.mark.parametrize(
    "room", sorted(JSON_ALONE | {"proxy/evidence/files.py", "proxy/evidence/leak_scan.py"})
)
def test_what_is_not_listed_as_printing_prints_nothing(room: str) -> None:
    assert writes(ast.parse((ROOT / room).read_text("utf-8"))) == []


def writes(tree: ast.Module) -> list[str]:
    """Calls that write to standard output or error, or name one of them to write to it."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in (
                "print",
                "click.echo",
                "click.secho",
                "sys.stdout.write",
                "sys.stderr.write",
                "os.write",
            ):
                found.append(f"{node.lineno}: {called}")
        if isinstance(node, ast.Attribute) and ast.unparse(node) in (
            "sys.stdout.buffer",
            "sys.stderr.buffer",
        ):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
        if (
            isinstance(node, ast.arg | ast.AnnAssign)
            and node.annotation
            and "TextIO" in ast.unparse(node.annotation)
        ):
            found.append(f"{node.lineno}: a stream")
        if isinstance(node, ast.IfExp) and "sys.stderr" in ast.unparse(node):
            found.append(f"{node.lineno}: a stream")
    return found


def test_there_are_no_other_doors() -> None:
    found = set()
    for folder in ("proxy", "addons"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith("proxy/sandbox") and any(
                "os.write" not in one for one in writes(ast.parse(path.read_text("utf-8")))
            ):
                found.add(name)
    assert found == set(DOORS)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("terminal.out(record.path.raw)", True),
        ("from proxy.core.redaction import FlowRecord", True),
        ("from proxy.core.redaction import decode_record", True),
        ("from proxy.core.redaction import ForeignFlow", False),
        ("terminal.out(record.path.terminal())", False),
    ],
)
def test_each_way_around_is_seen(line: str, *, seen: bool) -> None:
    assert bool(raw_texts(ast.parse(line))) is seen


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("f'{seen.request.method}'", True),
        ("seen.host or ''", True),
        ("masks.text(seen.host or '')", False),
        ("Foreign(seen.request.method).terminal()", False),
    ],
)
def test_each_bare_text_is_seen(line: str, *, seen: bool) -> None:
    assert bool(bare_texts(ast.parse(line))) is seen
