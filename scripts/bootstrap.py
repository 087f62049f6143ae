"""Make `.venv` from the pinned requirements. Needs any Python 3 with pip and the ordinary package index.

The gateway needs Python 3.12 or newer: it is looked for by running candidates, because a name on PATH may be
an empty shim. If none is found, uv (a package of the index) is asked to bring one.
"""

from __future__ import annotations  # whoever runs this may have an older Python than the one it looks for

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements" / "dev.txt"
UV = ROOT / "requirements" / "bootstrap.txt"
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


def get_uv() -> str:
    """uv in a little environment of its own: the pinned version, its file compared with the pinned hash."""
    home = ROOT / ".uv"
    uv, made_from = home / "bin" / "uv", home / "made-from.txt"
    wanted = UV.read_bytes()
    if not uv.exists() or not made_from.exists() or made_from.read_bytes() != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "pip"), "install", "--quiet", "--only-binary", ":all:"]
        subprocess.run([*pip, "--require-hashes", "-r", str(UV)], check=True)
        made_from.write_bytes(wanted)
    return str(uv)


def fill(uv: str, venv: Path, seconds: float | None = None) -> None:
    """Install the pinned requirements and ourselves; each of the two in the time given, or as long as it takes."""
    into = ["--python", str(venv / "bin" / "python")]
    pinned = [uv, "pip", "sync", "--quiet", *into, "--require-hashes", str(REQUIREMENTS)]
    ours = [uv, "pip", "install", "--quiet", *into, "--no-deps", "--no-build-isolation", "--editable", "."]
    for command in (pinned, ours):
        subprocess.run(command, check=True, cwd=ROOT, timeout=seconds)


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
    for words in (["compileall", "-q", "-j", "0", str(venv / "lib")], ["pytest", "--markers"]):
        subprocess.run(
            [python, "-m", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd=ROOT,
            env=writing,
        )


def main() -> None:
    uv = get_uv()
    python = find_python() or "3.12"  # a bare version: uv brings it, where the network allows
    venv = ROOT / ".venv"
    made = subprocess.run(
        [uv, "venv", "--quiet", "--allow-existing", "--python", python, str(venv)], check=False
    )
    if made.returncode != 0:
        sys.exit(
            "setup: no Python 3.12 or newer was found, and none could be downloaded.\n"
            "hint: install python3.12 (with its venv module), then run make again"
        )
    fill(uv, venv)
    compile_all(venv)
    print(f"setup: .venv is ready ({venv / 'bin' / 'python'})")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"setup: a step failed: {' '.join(map(str, error.cmd[:4]))} ...; its own message stands above"
        )
