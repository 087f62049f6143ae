"""Walls between the parts, by allow-list: what is not named here may not be imported.

The order of the rooms is held by import-linter (pyproject.toml). These are the walls that are easier to say the other
way round, and that a new room cannot slip through.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PURE = frozenset(
    {
        "ast", "base64", "binascii", "collections", "collections.abc", "csv", "dataclasses", "datetime", "decimal", "difflib",
        "email.utils", "enum", "functools", "hashlib", "heapq", "hmac", "html", "ipaddress", "itertools", "json", "math", "operator",
        "pkgutil", "re", "shlex", "string", "sys", "types", "typing", "unicodedata", "urllib.parse", "zlib",
    }
)  # fmt: skip
"""All that the core may take from the standard library. `pkgutil` reads the package's own data, once; `sys` gives the
largest number; `email.utils` and `datetime` turn dates that are given into others."""

IMPURE_NAMES = frozenset({"open", "input", "print", "exec", "eval", "breakpoint", "__import__", "compile"})
IMPURE_ATTRIBUTES = frozenset({"now", "utcnow", "today", "localtime", "urandom", "environ", "argv", "stdin", "stdout", "stderr"})  # fmt: skip


def modules(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Dotted names of everything that is imported, also inside functions and for types only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def under(name: str, *roots: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def test_the_core_takes_nothing_that_could_do_anything() -> None:
    found = {
        (path, name)
        for path, tree in modules("proxy/core")
        for name in imported(tree)
        if not (name in PURE or under(name, "proxy.core", "msgspec", "cryptography"))
    }
    assert not found


def test_the_core_reads_no_clock_and_opens_nothing_by_another_way() -> None:
    found = set()
    for path, tree in modules("proxy/core"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in IMPURE_NAMES:
                found.add((path, node.lineno, node.id))
            if isinstance(node, ast.Attribute) and node.attr in IMPURE_ATTRIBUTES:
                found.add((path, node.lineno, node.attr))
    assert not found


@pytest.mark.parametrize("name", ["logging", "http.client", "urllib.request", "fcntl", "ctypes", "os", "time", "random", "asyncio"])  # fmt: skip
def test_the_list_lets_none_of_these_in(name: str) -> None:
    assert name not in PURE


def test_the_sandbox_shares_no_line_with_the_gateway() -> None:
    found = {
        (path, name)
        for path, tree in modules("proxy/sandbox")
        for name in imported(tree)
        if under(name, "proxy", "addons") and not under(name, "proxy.sandbox")
    }
    assert not found


def test_the_addon_stands_on_the_core_alone() -> None:
    found = {
        (path, name)
        for path, tree in modules("addons")
        for name in imported(tree)
        if under(name, "proxy", "addons") and not under(name, "proxy.core", "addons")
    }
    assert not found


def test_pytest_is_imported_by_its_plugin_alone_and_the_plugin_by_nobody() -> None:
    found = {
        (path, name)
        for path, tree in modules("proxy")
        for name in imported(tree)
        if under(name, "pytest", "_pytest", "proxy.pytest_plugin")
    }
    assert found == {("proxy/pytest_plugin.py", "pytest")}


def test_the_leak_scan_of_exports_shares_no_line_with_redaction() -> None:
    tree = ast.parse((ROOT / "proxy/evidence/leak_scan.py").read_text("utf-8"))
    ours = {name for name in imported(tree) if under(name, "proxy")}
    assert ours == {"proxy.core.errors", "proxy.core.secret"}


def test_the_product_imports_what_it_declares() -> None:
    """Third-party names in the product, against pyproject.toml: its dependencies, and those of an extra."""
    declared = {
        "aiohappyeyeballs", "aiohttp", "click", "cryptography", "httptools", "msgspec", "prometheus_client", "python_socks",
        "structlog", "yaml",
    }  # fmt: skip
    extras = {"keyring", "uvloop", "mitmproxy", "brotli", "backports", "pytest"}
    """`brotli` and `backports.zstd` come with mitmproxy, which the addon is for; pytest loads the plugin by itself."""
    found = {
        name.partition(".")[0]
        for folder in ("proxy", "addons")
        for _, tree in modules(folder)
        for name in imported(tree)
    }
    known = set(sys.stdlib_module_names) | {"compression"}  # of Python 3.14
    assert found - known - {"proxy", "addons"} == declared | extras
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {line.partition(">")[0].strip().replace("-", "_") for line in listed}
    assert names == (declared - {"yaml"}) | {"pyyaml"}
