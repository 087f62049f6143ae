"""The pages speak of what is there: links, paths, modules, make targets and verbs that they name exist."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.cli import VERBS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
FOLDERS = ("addons", "benchmarks", "docs", "examples", "harness", "proxy", "requirements", "scripts", "tests")
SOURCES = sorted(
    path for folder in ("addons", "benchmarks", "harness", "proxy", "scripts") for path in (ROOT / folder).rglob("*.py")
)  # fmt: skip
FILES = [path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
ROOMS = tuple(path.name for path in (ROOT / "proxy").iterdir() if (path / "__init__.py").exists())

ELSEWHERE = {
    "proxy.py", "bot.py", "test_signer.py", "test_bad_day.py",  # the unrelated package; a user's program and tests
    "rest-api.md", "web-socket-api.md", "errors.md", "filters.md", "faqs/api_key_types.md",  # Binance's own documents
    "/__init__.py",  # a pattern
    "report.md",  # of a bundle
}  # fmt: skip

LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"(?<![\w./~*<{-])(?:\.\./)*([\w.-]+(?:/[\w.-]+)+/?|[\w-]+\.(?:py|toml|md))(?![\w/*<{])")
MAKE = re.compile(r"(?:`|^ {4}|\| )make ([a-z-]+)", re.MULTILINE)
VERB = re.compile(r"(?:`|^ {4})signing-proxy ([a-z]+)", re.MULTILINE)
MODULE = re.compile(r"python -m ((?:tests|scripts|benchmarks|proxy)[\w.]*)")


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_code(text: str) -> str:
    """What stands in backticks or in an indented or fenced block, a line each."""
    fenced = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4}.*$", text, re.MULTILINE)
    return "\n".join([*re.findall(r"`([^`\n]+)`", text), *fenced, *indented])


def named_paths(text: str) -> Iterator[str]:
    """Paths of this tree: those that begin with a folder or a room of it, and bare names of modules and pages."""
    for name in NAMED.findall(text):
        first = name.partition("/")[0]
        if name not in ELSEWHERE and (first in FOLDERS or name.endswith((".py", ".toml", ".md"))):
            yield name.rstrip("/.")


def exists(name: str) -> bool:
    """A path from the root, or the end of one: pages of a room name its files without the way to them."""
    return (ROOT / name).exists() or any(file.endswith(f"/{name}") for file in FILES)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))]
    lost = [link for link in links if link and ":" not in link and not (page.parent / link).exists()]
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_paths_that_a_page_names_exist(page: Path) -> None:
    assert [name for name in named_paths(in_code(page.read_text("utf-8"))) if not exists(name)] == []


def test_paths_that_a_source_names_exist() -> None:
    lost = [
        (ids(path), name)
        for path in [*SOURCES, ROOT / "pyproject.toml", ROOT / "Makefile", ROOT / "Dockerfile"]
        for name in re.findall(r"[\w./-]+\.(?:py|toml|md)\b", path.read_text("utf-8"))
        if name not in ELSEWHERE and not exists(name.removeprefix("./"))
    ]
    assert lost == []


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_commands_that_a_page_names_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    assert set(MAKE.findall(text)) <= targets()
    assert set(VERB.findall(text)) <= set(VERBS)
    modules = [name.replace(".", "/") for name in MODULE.findall(text)]
    assert [name for name in modules if not ((ROOT / f"{name}.py").exists() or (ROOT / name).is_dir())] == []


def test_what_can_be_measured_is_what_the_makefile_lists() -> None:
    listed = re.search(r"WHAT=([a-z|]+)", (ROOT / "Makefile").read_text("utf-8"))
    assert listed is not None
    assert [name for name in listed[1].split("|") if not (ROOT / "benchmarks" / f"{name}.py").exists()] == []


def test_every_page_stands_in_an_index() -> None:
    for folder in ("docs", "docs/decisions"):
        index = ROOT / folder / "README.md"
        linked = {(index.parent / link).resolve() for link in LINK.findall(index.read_text("utf-8"))}
        assert {page for page in (ROOT / folder).glob("*.md") if page != index} <= linked


def test_the_table_of_architecture_names_what_is_there() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = text.partition("## Where do I put")[2].partition("## Words")[0]
    names = re.findall(r"`([\w./]+/[\w./]*)`", table)
    assert len(names) >= 10
    assert [
        name for name in names if not (ROOT / "proxy" / name).exists() and not exists(name.rstrip("/"))
    ] == []


def test_the_tree_of_architecture_has_every_room() -> None:
    lines = re.findall(r"^ {4}[a-z]+/.*$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(name for line in lines for name in re.findall(r"\b([a-z]+)/ {2,}", line)) == sorted(ROOMS)


def test_the_hooks_run_what_ci_runs() -> None:
    """Each hook's command is a line of `make lint`, and is there."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    entries = re.findall(r"^ +entry: (.+)$", hooks, re.MULTILINE)
    assert len(entries) == hooks.count("- id:") == 3
    lint = (ROOT / "Makefile").read_text("utf-8").replace("$(PYTHON)", ".venv/bin/python")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]["dev"]
    tools = {line.partition(">")[0] for line in declared}
    for entry in entries:
        assert f"\t{entry}\n" in lint
        assert entry.split()[2] in tools
    assert "repo: local" in hooks
    assert "http" not in hooks


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("see proxy/core/wire.py", ["proxy/core/wire.py"]),
        ("`../proxy/gateway/` and tests/leaks/", ["proxy/gateway", "tests/leaks"]),
        ("known.toml, pipeline.py.", ["known.toml", "pipeline.py"]),
        ("/api/v3/account and http://127.0.0.1:8180/docs/x", []),
        ("proxy/core/<axis>/x.py flows-*.jsonl tests/*/x.py", []),
        ("~/.binance/secret /run/secrets", []),
    ],
)
def test_what_counts_as_a_path(text: str, names: list[str]) -> None:
    assert list(named_paths(text)) == names
