"""Make `.venv` from the pinned requirements. Needs any Python 3 with pip and the ordinary package index.

    python3 scripts/bootstrap.py run    what the gateway runs on, and what installs it from this folder
    python3 scripts/bootstrap.py dev    that, and all that tests and builds need

What is there for `dev` stays when `run` is asked for: then all of it is brought up to date. `.venv/run-ready` and
`.venv/ready` are written when a set is whole; make compares their times with the requirements.

The gateway needs Python 3.12 or newer: it is looked for by running candidates, because a name on PATH may be
an empty shim. If none is found, uv (a package of the index) is asked to bring one.
"""

from __future__ import annotations  # whoever runs this may have an older Python than the one it looks for

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements" / "dev.txt"
RUN = (ROOT / "requirements" / "run.txt", ROOT / "requirements" / "build.txt")
VENV = ROOT / ".venv"
RUN_READY, DEV_READY = VENV / "run-ready", VENV / "ready"
UV = ROOT / "requirements" / "bootstrap.txt"
QUIET = 10.0
"""Seconds after which a step says that it is still at it, where no line can be written over."""
NEEDED = (3, 12)
MINORS = (12, 13, 14)
NAMES = (*(f"python3.{minor}" for minor in MINORS), "python3", "python")
PROBE = "import sys; print(*sys.version_info[:2]); print(sys.executable)"


def version_of(python: str) -> tuple[tuple[int, ...], str] | None:
    """(major, minor) and the real path of an interpreter, or None if it does not run."""
    try:
        done = subprocess.run([python, "-c", PROBE], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.split("\n")
    if done.returncode != 0 or len(lines) < 2:
        return None
    return tuple(int(part) for part in lines[0].split()), lines[1]


def candidates() -> Iterator[str]:
    yield sys.executable
    yield from filter(None, map(shutil.which, NAMES))
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", Path.home() / ".local/share/uv/python"))
    for place in (
        pyenv / "versions",
        uv,
        Path("/opt/python"),
        Path("/opt/homebrew/bin"),
        Path("/usr/local/bin"),
    ):
        for minor in MINORS:
            yield from map(str, sorted(place.glob(f"*/bin/python3.{minor}")))
            yield from map(str, sorted(place.glob(f"python3.{minor}")))


def find_python() -> str | None:
    for candidate in candidates():
        found = version_of(candidate)
        if found and found[0] >= NEEDED:
            return found[1]
    return None


def tell(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def working(
    says: str, command: list[str], seconds: float | None = None, env: dict[str, str] | None = None
) -> int:
    """Run it and show that it goes on; its own words only if it fails. Its exit code. Raises TimeoutExpired.

    One line: `setup: 27 packages ... 10 s ... 14.2 s`; on a terminal the seconds count in their place.
    """
    live = sys.stderr.isatty()
    if live:
        says = says[
            : max(shutil.get_terminal_size().columns - 24, 8)
        ]  # a longer line could not be written over
    began = time.monotonic()
    tell(f"setup: {says} ...")
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, cwd=str(ROOT), env=env, stdout=words, stderr=subprocess.STDOUT)
        try:
            code = _wait(process, began, seconds, f"\rsetup: {says} ..." if live else "")
        finally:
            process.kill()  # without effect on one that has ended
            process.wait()
            over = f"\rsetup: {says} ..." if live else ""
            tell(f"{over} {time.monotonic() - began:.1f} s\n")
        if code != 0:
            words.seek(0)
            tell(words.read().decode("utf-8", "replace"))
    return code


def _wait(process: subprocess.Popen[bytes], began: float, seconds: float | None, over: str) -> int:
    """Its exit code; says every now and then how long it has been. `over`: what begins the line again."""
    every = 1.0 if over else QUIET
    told = began
    while True:
        try:
            return process.wait(0.2)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if seconds is not None and now - began > seconds:
                raise subprocess.TimeoutExpired(process.args, seconds) from None
            if now - told >= every:
                told = now
                tell(f"{over} {now - began:.0f} s" + ("" if over else " ..."))


def step(says: str, command: list[str], seconds: float | None = None) -> None:
    """The same, of what has to go well. Raises CalledProcessError, TimeoutExpired."""
    code = working(says, command, seconds)
    if code != 0:
        raise subprocess.CalledProcessError(code, command)


def get_uv() -> str:
    """uv in a folder of its own: the pinned version, its file compared with the pinned hash."""
    home = ROOT / ".uv"
    uv, made_from = home / "bin" / "uv", home / "made-from.txt"
    wanted = UV.read_bytes()
    if not uv.exists() or not made_from.exists() or made_from.read_bytes() != wanted:
        python, where = sys.executable, ["--target", str(home), "--upgrade"]
        if importlib.util.find_spec("pip") is None:
            if working("an environment for uv", [python, "-m", "venv", str(home)]) != 0:
                sys.exit(NO_PIP)
            python, where = str(home / "bin" / "python"), []
        pip = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", *where]
        step("uv, which installs the rest, from the package index", [*pip, "--require-hashes", "-r", str(UV)])
        made_from.write_bytes(wanted)
    return str(uv)


def fill(
    uv: str, venv: Path, seconds: float | None = None, files: tuple[Path, ...] = (REQUIREMENTS,)
) -> None:
    """Install the pinned requirements and ourselves; each of the two in the time given, or as long as it takes."""
    into = ["--python", str(venv / "bin" / "python")]
    pinned = [uv, "pip", "sync", "--quiet", *into, "--require-hashes", *map(str, files)]
    step(f"{count(files)} packages, each compared with its pinned hash", pinned, seconds)
    ours = [uv, "pip", "install", "--quiet", *into, "--no-deps", "--no-build-isolation", "--editable", "."]
    step("signing-proxy itself, from this folder", ours, seconds)


def count(files: tuple[Path, ...]) -> int:
    """How many packages are pinned; one that only another system needs counts, too."""
    lines = (line for file in files for line in file.read_text("utf-8").split("\n"))
    return len({line.partition("==")[0] for line in lines if "==" in line and line[:1].isalnum()})


def compile_all(venv: Path) -> None:
    """Bytecode of everything that is installed, so that nothing that runs later writes into .venv.

    A file that cannot be compiled cannot be imported either, so failures are no matter here. pytest compiles its
    plugins in a way of its own when it loads them.
    """
    python = str(venv / "bin" / "python")
    writing = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}
    }
    working(
        "bytecode of it all", [python, "-m", "compileall", "-qq", "-j", "0", str(venv / "lib")], env=writing
    )
    nowhere = subprocess.DEVNULL
    plugins = [python, "-m", "pytest", "--markers"]
    subprocess.run(plugins, stdout=nowhere, stderr=nowhere, check=False, cwd=ROOT, env=writing)


def keep_to_this_folder() -> None:
    """uv keeps downloads below HOME, where that can be written; else here."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    for name, usual, here in (
        ("UV_CACHE_DIR", home / "uv", "cache"),
        ("UV_PYTHON_INSTALL_DIR", data / "uv" / "python", "python"),
    ):
        if not os.environ.get(name) and not writable(usual):
            os.environ[name] = str(ROOT / ".uv" / here)


def writable(path: Path) -> bool:
    """Whether it is, or could be made: asked of the nearest folder that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return os.access(str(path), os.W_OK | os.X_OK)


def make_venv(uv: str) -> None:
    python = find_python()
    says = f"an environment in .venv, with {python}"
    if python is None:  # a bare version: uv brings it, where the network allows
        python, says = "3.12", "Python 3.12, fetched by uv: none of 3.12 or newer was found here"
    made = [uv, "venv", "--quiet", "--allow-existing", "--python", python, str(VENV)]
    if working(says, made) != 0:
        sys.exit(NO_PYTHON)


NO_PIP = (
    "setup: this Python has no pip and cannot make an environment (the reason stands above)\n"
    "hint: on Debian and Ubuntu: sudo apt install python3-venv; then run make again"
)
NO_PYTHON = (
    "setup: no Python 3.12 or newer was found, and none could be downloaded (the reason stands above)\n"
    "hint: install one, then run make again: on Ubuntu 24.04, sudo apt install python3.12-venv.\n"
    "      Debian 12 has none in its packages: run make once where uv may download one (releases on github.com),\n"
    "      or name a mirror of them in UV_PYTHON_INSTALL_MIRROR, or copy ~/.local/share/uv/python from a machine\n"
    "      like this one that has it, or use Docker (README, Install)"
)


def main(words: list[str]) -> None:
    if words not in (["run"], ["dev"]):
        sys.exit("usage: python3 scripts/bootstrap.py run|dev")
    began = time.monotonic()
    full = words == ["dev"] or DEV_READY.exists()
    files = (REQUIREMENTS,) if full else RUN
    kind = "all that tests need" if full else "what the gateway needs to run"
    tell(f"setup: {kind} goes into .venv in this folder ({count(files)} packages)\n")
    keep_to_this_folder()
    uv = get_uv()
    make_venv(uv)
    fill(uv, VENV, files=files)
    if full:
        compile_all(VENV)
    for mark in (RUN_READY, *((DEV_READY,) if full else ())):
        mark.touch()
    tell(f"setup: ready after {time.monotonic() - began:.0f} s ({VENV / 'bin' / 'python'})\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"setup: a step failed: {' '.join(map(str, error.cmd[:4]))} ...; its own message stands above\n"
            "hint: is the package index reached from here? `make` again goes on where it stopped"
        )
    except KeyboardInterrupt:
        sys.exit("\nsetup: interrupted; `make` again goes on where it stopped")
