"""How long, and how many commands, from a fresh clone to the first signed answer: the README's words, in fresh roots.

    .venv/bin/python -m scripts.fresh_roots [--seconds 60] [ROOT ...]

A root is a clone of this commit with a HOME of its own, an empty cache, a PATH, perhaps another user. The commands
are taken from the README. The first answer counts when the balances of a signed call are in it. Where uv would
download a Python, it gets one packed from an interpreter of this machine: what is measured is everything but that
download. Needs the package index. Exit code 1: a root took longer, or did not say what it should.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from scripts.bootstrap import ROOT, candidates, get_uv, version_of

SYSTEM: Final = "/usr/bin:/bin"
STRANGER: Final = 61_234
"""A user that nobody has."""
OF_THE_NETWORK: Final = re.compile(
    r"(PIP|UV)_.*|SSL_CERT_.*|.*_CA_BUNDLE|(HTTPS?|ALL|NO)_PROXY", re.IGNORECASE
)
"""Variables that say how this machine reaches the index; nothing else of ours is handed on."""
CLOSED: Final = "http://127.0.0.1:9"
PATIENCE: Final = 300.0
NEVER_THERE: Final = "no Python 3.12 or newer was found"


class NoRootError(Exception):
    """This machine has not what such a root needs."""


@dataclass(frozen=True)
class Place:
    """Where a root stands: a clone, and the environment of whoever sits there."""

    clone: Path
    home: Path
    environment: Mapping[str, str]
    uid: int | None = None
    commands: tuple[str, ...] = ()  # before the last, which is curl
    refusal: str = ""  # what it has to say instead of an answer
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Measured:
    name: str
    commands: int
    seconds: float
    said: str

    def line(self, bound: float) -> str:
        good = "good" if self.seconds <= bound and self.said.startswith(("signed", "told")) else "NOT GOOD"
        return f"{self.name:<52} {self.commands:>8} {self.seconds:>8.1f}  {good}: {self.said}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="that each may take")
    parser.add_argument("roots", nargs="*", metavar="ROOT", help=f"of {', '.join(ROOTS)}; all without")
    chosen = parser.parse_args()
    if unknown := set(chosen.roots) - set(ROOTS):
        parser.error(f"there is no root {', '.join(unknown)}")
    lines, good = [], True
    with tempfile.TemporaryDirectory(prefix="fresh-roots-") as scratch:
        Path(scratch).chmod(0o755)
        for name in chosen.roots or ROOTS:
            try:
                line = measure(name, ROOTS[name], Path(scratch)).line(chosen.seconds)
            except NoRootError as error:
                line = f"{name:<52} SKIPPED: {error}"
            good = good and "NOT GOOD" not in line
            lines.append(line)
            print(line, file=sys.stderr, flush=True)
    print(f"{'root':<52} {'commands':>8} {'seconds':>8}", *lines, sep="\n")
    return 0 if good else 1


def measure(name: str, make: Callable[[Path], Place], scratch: Path) -> Measured:
    """Follow the README in one root. Raises NoRootError."""
    folder = scratch / re.sub(r"\W+", "-", name)
    folder.mkdir()
    subprocess.run(["git", "clone", "--quiet", f"file://{ROOT}", str(folder / "clone")], check=True)
    place = make(folder)
    if place.uid is not None:
        _give(folder / "clone", place.uid)
    commands = place.commands or (of_the_readme(r"^ {4}(make demo)\b"),)
    curl = of_the_readme(r"^ {4}(curl \S+/api/v3/account)\b")
    output, free = folder / "output.txt", _port_is_free()
    began = time.monotonic()
    with output.open("wb") as said:
        process = _start(" && ".join(commands), place, said)
    try:
        answer = _answer(process, curl, output, place, free=free)
    finally:
        seconds = time.monotonic() - began
        _end(process)
    text = output.read_text("utf-8", "replace")
    if place.refusal:
        told = place.refusal in text and "hint:" in text and "Traceback" not in text
        verdict = "told what to do instead" if told else f"{place.refusal!r} was not said:\n{text[-2000:]}"
        return Measured(name, len(commands), seconds, verdict)
    verdict = "signed answer" if '"balances"' in answer else f"no answer:\n{text[-2000:]}"
    if not free:
        verdict += "; at the port that the demo named, as 8180 was taken"
    return Measured(name, len(commands) + 1, seconds, "; ".join((verdict, *place.notes)))


def of_the_readme(pattern: str) -> str:
    found = re.search(pattern, (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"fresh_roots: the README has no line like {pattern}")
    return found[1]


def _start(command: str, place: Place, said: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["sh", "-c", command],
        cwd=place.clone,
        env=dict(place.environment),
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=place.uid,
        group=place.uid,
        extra_groups=None if place.uid is None else [],
    )


def _answer(process: subprocess.Popen[bytes], curl: str, output: Path, place: Place, *, free: bool) -> str:
    """What the README's second command prints, as soon as the demo stays up; nothing if it does not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(
            r"stays up.*?\n +(curl \S+/api/v3/account)", output.read_text("utf-8", "replace"), re.DOTALL
        )
        if found:
            command = curl if free else found[1]  # somebody else has the usual port: the demo said its own
            told = subprocess.run(
                ["sh", "-c", f"{command} -sS"],
                env=dict(place.environment),
                capture_output=True,
                text=True,
                check=False,
            )
            return told.stdout
        time.sleep(0.1)
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                continue


def _port_is_free() -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", 8180))
        except OSError:
            return False
    return True


def _give(folder: Path, uid: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)


# The roots.


def _environment(home: Path, path: str = SYSTEM, **more: str) -> dict[str, str]:
    network = {name: value for name, value in os.environ.items() if OF_THE_NETWORK.fullmatch(name)}
    return {**network, "HOME": str(home), "PATH": path, "LANG": "C.UTF-8", **more}


def _home(folder: Path) -> Path:
    home = folder / "home"
    home.mkdir()
    return home


def _old_system() -> None:
    """Raises NoRootError where the system's Python would do without any more."""
    found = version_of("/usr/bin/python3")
    if found is None or found[0] >= (3, 12):
        raise NoRootError("the system's python3 is not older than 3.12")


def _path_with(folder: Path, minor: int) -> str:
    """A PATH whose `python3` is this one. Raises NoRootError."""
    for candidate in candidates():
        found = version_of(candidate)
        if found and found[0] == (3, minor):
            here = folder / "bin"
            here.mkdir()
            (here / "python3").symlink_to(found[1])
            return f"{here}:{SYSTEM}"
    raise NoRootError(f"there is no Python 3.{minor} on this machine")


def _packed_python(folder: Path) -> dict[str, str]:
    """What makes uv take a Python of this machine for the one that it downloads. Raises NoRootError."""
    for candidate in candidates():
        found = version_of(candidate)
        if found and found[0] >= (3, 12) and not found[1].startswith("/usr/"):
            break
    else:
        raise NoRootError("there is no Python of 3.12 or newer on this machine to be packed")
    asked = "import sys; print(sys.base_prefix, *sys.version_info[:3])"
    prefix, *version = subprocess.check_output([found[1], "-c", asked], text=True).split()
    archive = folder / "python.tar.gz"
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        packed.add(prefix, "python", filter=lambda one: None if _left_out(one.name) else one)
    major, minor, patch = map(int, version)
    machine = platform.machine()
    key = f"cpython-{major}.{minor}.{patch}-linux-{machine}-gnu"
    listed = {
        key: {
            "name": "cpython", "arch": {"family": machine, "variant": None}, "os": "linux", "libc": "gnu",
            "major": major, "minor": minor, "patch": patch, "prerelease": "", "variant": None,
            "url": archive.as_uri(), "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        }
    }  # fmt: skip
    (folder / "pythons.json").write_text(json.dumps(listed))
    libraries = str(folder / "clone" / ".uv" / "python" / key / "lib")  # where HOME cannot be written
    return {"UV_PYTHON_DOWNLOADS_JSON_URL": str(folder / "pythons.json"), "LD_LIBRARY_PATH": libraries}


def _left_out(name: str) -> bool:
    return bool(re.search(r"/(test|tests|__pycache__|site-packages|idlelib|share)(/|$)|\.a$", name))


_PACKED: Final = ("Python from an archive of this machine, not downloaded",)


def debian_12(folder: Path) -> Place:
    _old_system()
    home = _home(folder)
    return Place(folder / "clone", home, _environment(home, **_packed_python(folder)), notes=_PACKED)


def python_3_13(folder: Path) -> Place:
    home = _home(folder)
    return Place(folder / "clone", home, _environment(home, _path_with(folder, 13)))


def index_alone(folder: Path) -> Place:
    """Nothing is reached but the index: what uv would download a Python from is closed."""
    home = _home(folder)
    closed = {"UV_PYTHON_INSTALL_MIRROR": CLOSED, "UV_HTTP_RETRIES": "0"}
    return Place(folder / "clone", home, _environment(home, _path_with(folder, 12), **closed))


def nothing_to_be_had(folder: Path) -> Place:
    _old_system()
    home = _home(folder)
    closed = {"UV_PYTHON_INSTALL_MIRROR": CLOSED, "UV_HTTP_RETRIES": "0"}
    return Place(folder / "clone", home, _environment(home, **closed), refusal=NEVER_THERE)


def stranger(folder: Path) -> Place:
    """Another user, whose HOME nobody may write."""
    _old_system()
    if os.geteuid() != 0:
        raise NoRootError("only root becomes another user")
    home = _home(folder)
    environment = _environment(home, **_packed_python(folder))
    home.chmod(0o555)
    return Place(folder / "clone", home, environment, STRANGER, notes=_PACKED)


def linked(folder: Path) -> Place:
    home = _home(folder)
    path = f"{home / '.local/bin'}:{_path_with(folder, 12)}"
    return Place(
        folder / "clone", home, _environment(home, path), commands=("make install", "signing-proxy demo")
    )


def uv_tool(folder: Path) -> Place:
    home = _home(folder)
    path = f"{home / '.local/bin'}:{Path(get_uv()).parent}:{_path_with(folder, 12)}"
    install = of_the_readme(r"^ {4}(uv tool install --python \S+ \.)")
    return Place(folder / "clone", home, _environment(home, path), commands=(install, "signing-proxy demo"))


def pipx(folder: Path) -> Place:
    home = _home(folder)
    tool = folder / "pipx"
    subprocess.run([get_uv(), "venv", "--quiet", "--seed", "--python", sys.executable, str(tool)], check=True)
    done = subprocess.run([str(tool / "bin" / "pip"), "install", "--quiet", "pipx"], check=False)
    if done.returncode != 0:
        raise NoRootError("pipx could not be had from the index")
    path = _path_with(folder, 12)
    for name, to in (("pipx", tool / "bin" / "pipx"), ("python3.12", (folder / "bin" / "python3").resolve())):
        (folder / "bin" / name).symlink_to(to)
    path = f"{home / '.local/bin'}:{path}"
    install = of_the_readme(r"^ {4}(pipx install --python \S+ \.)")
    return Place(folder / "clone", home, _environment(home, path), commands=(install, "signing-proxy demo"))


ROOTS: Final[dict[str, Callable[[Path], Place]]] = {
    "debian-12-python-3.11": debian_12,
    "python-3.13": python_3_13,
    "index-alone": index_alone,
    "another-user-read-only-home": stranger,
    "no-python-to-be-had": nothing_to_be_had,
    "make-install": linked,
    "uv-tool-install": uv_tool,
    "pipx-install": pipx,
}


if __name__ == "__main__":
    sys.exit(main())
