"""Only one room knows which system it is on: what some system lacks is used there alone.

`mypy --platform win32` (`make lint`) finds more, with the library as Windows has it; this names what it may not know.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.imports import ROOT

ROOMS = ("proxy/platform/", "addons/doctor/private_files.py")
"""The addon stands on the core alone, and has a file of its own."""

MODULES = frozenset({"fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "syslog", "msvcrt", "winreg", "winsound", "_winapi"})  # fmt: skip
NAMES = frozenset(
    {
        "geteuid", "getuid", "getegid", "getgid", "fchmod", "fchown", "chown", "statvfs", "fstatvfs", "pread", "pwrite", "writev",
        "set_blocking", "fork", "forkpty", "setsid", "getpgrp", "tcgetpgrp", "tcsetpgrp", "killpg", "mkfifo", "sysconf", "fchdir",
        "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_DIRECTORY", "O_BINARY", "O_NOINHERIT",
        "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTSTP", "SIGCONT", "SIGQUIT", "SIGWINCH", "SIGBREAK", "setitimer",
        "pthread_sigmask", "add_signal_handler", "remove_signal_handler", "open_unix_connection", "start_unix_server",
        "AF_UNIX", "SO_PEERCRED", "SO_EXCLUSIVEADDRUSE", "POLLRDHUP", "clock_gettime", "CLOCK_BOOTTIME", "CDLL", "WinDLL",
    }
)  # fmt: skip
"""Attributes that some system has not. `create_unix_server` is every loop's; who calls it has asked `sockets.UNIX`."""
KEYWORDS = frozenset({"dir_fd", "src_dir_fd", "dst_dir_fd"})
QUESTIONS = frozenset({("sys", "platform"), ("os", "name")})
PATHS = ("/proc/", "/dev/tty", "/sys/")


def uses(source: str) -> Iterator[str]:
    """What of these a source imports, names or writes; a string of a docstring is none."""
    tree = ast.parse(source)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names if one.name in MODULES)
            case ast.ImportFrom(module=module, names=names):
                if module in MODULES:
                    yield str(module)
                yield from (one.name for one in names if one.name in NAMES)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in QUESTIONS:
                yield f"{owner}.{name}"
            case ast.Attribute(attr=name) if name in NAMES:
                yield name
            case ast.keyword(arg=str(name)) if name in KEYWORDS:
                yield name
            case ast.Constant(value=str(text)) if id(node) not in docs and text.startswith(PATHS):
                yield text


def test_what_some_system_lacks_is_used_in_its_room_alone() -> None:
    found = {
        (name, one)
        for folder in ("proxy", "addons")
        for path in (ROOT / folder).rglob("*.py")
        if not (name := path.relative_to(ROOT).as_posix()).startswith(ROOMS)
        for one in uses(path.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import fcntl", ["fcntl"]),
        ("def f():\n    import termios, os", ["termios"]),
        ("from resource import getrlimit", ["resource"]),
        ("from signal import SIGHUP", ["SIGHUP"]),
        ("os.open(path, os.O_RDONLY | os.O_NOFOLLOW)", ["O_NOFOLLOW"]),
        ("os.stat(name, dir_fd=fd)", ["dir_fd"]),
        ("if sys.platform == 'win32': pass", ["sys.platform"]),
        ("loop.add_signal_handler(number, act)", ["add_signal_handler"]),
        ("Path('/proc/self/statm').read_bytes()", ["/proc/self/statm"]),
        ('"""/proc/self is Linux\'s."""\nos.open(path, os.O_RDONLY)', []),
    ],
)
def test_what_is_found(source: str, found: list[str]) -> None:
    assert list(uses(source)) == found


def test_both_halves_have_the_same_modules_with_the_same_names() -> None:
    halves = [surface(ROOT / "proxy/platform" / half) for half in ("posix", "windows")]
    common = {name: {one: halves[1][name].get(one) for one in told} for name, told in halves[0].items()}
    assert common == halves[0]
    assert set(halves[0]) >= {"files", "directory", "process", "signals", "sockets", "terminal"}


def surface(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Module -> public name -> its parameters; of a class its methods as well."""
    found = {}
    for path in sorted(folder.glob("[a-z]*.py")):
        names = public(ast.parse(path.read_text("utf-8")))
        found[path.stem] = {name: told for name, told in sorted(names) if "._" not in name and name[0] != "_"}
    return found


def public(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name, body=body):
                yield name, []
                inner = [one for one in body if isinstance(one, ast.FunctionDef)]
                yield from ((f"{name}.{one.name}", parameters(one)) for one in inner)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, parameters(node)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, []
            case _:
                continue


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [ast.unparse(node.args), ast.unparse(node.returns) if node.returns else ""]
