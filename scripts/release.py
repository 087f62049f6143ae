"""Wheel, sdist and bill of materials of this commit, in dist/, after they were tried. `make release`.

What is built is what git has, not what lies about; SOURCE_DATE_EPOCH is the commit's time, so that anybody gets the
same octets. Nothing is written into dist/ before everything is good, and nothing is uploaded. Exit code 1: a check
failed.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from proxy import __version__
from scripts.bootstrap import ROOT, get_uv
from scripts.sbom import bill

DIST: Final = ROOT / "dist"
IN_A_WHEEL: Final = ("proxy/", "addons/", "signing_proxy_start.py")
NOT_FOR_OTHERS: Final = re.compile(
    r"(^|/)(tests?|\.clients|\.venv|\.uv|\.git|\.env|__pycache__)/|\.(env|pem|key|pyc|jsonl)$|(^|/)config\.yaml$|(^|/)\.env"
)
"""Paths that no release may have."""
A_PRIVATE_KEY: Final = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{64,}-----END")
USES_THE_PLUGIN: Final = """
from urllib.request import urlopen

def test_it(binance_sandbox):
    assert urlopen(f"{binance_sandbox.url}/api/v3/ping").status == 200
"""


class ReleaseError(Exception):
    """Why there is no release, for a person."""


def main() -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="release-") as scratch:
            release(Path(scratch))
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def release(scratch: Path) -> None:
    """All of it. Raises ReleaseError."""
    for warning in doubts():
        print(f"release: note: {warning}", file=sys.stderr)
    uv, built = get_uv(), scratch / "dist"
    epoch = _run(["git", "log", "-1", "--format=%ct"]).strip()
    with committed(scratch / "tree") as tree:
        files = {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}
        wheel, sdist = build(tree, built, epoch)
    told(
        f"built {wheel.name} and {sdist.name}, dated {epoch}, from {_run(['git', 'rev-parse', 'HEAD'])[:12]}"
    )
    check_names(wheel, sdist, files)
    told(
        f"{len(names_in(wheel))} and {len(names_in(sdist))} files: what git has, no test, no key, nothing private"
    )
    check_repeats(wheel, sdist, scratch / "again", epoch)
    told("the wheel that is built from the sdist is the same, octet for octet")
    check_metadata(uv, [wheel, sdist], scratch / "twine")
    told("twine check --strict")
    for tried in try_out(uv, wheel, scratch / "clean"):
        told(tried)
    sbom = built / f"binance_signing_proxy-{__version__}.cdx.json"
    sbom.write_text(bill(uv), "utf-8")
    write_sums(built)
    DIST.mkdir(exist_ok=True)
    for file in built.iterdir():
        shutil.copyfile(file, DIST / file.name)
        print(f"dist/{file.name}")


def doubts() -> Iterator[str]:
    """What a person should know who is about to hand it on."""
    if _run(["git", "status", "--porcelain"]).strip():
        yield "there are changes that are not committed; they are not in it"
    newest = re.search(r"^## \[(.+?)\] - (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if newest is None or newest[2] == "unreleased":
        yield f"CHANGELOG.md calls {__version__} unreleased: its date belongs there"
    if f"v{__version__}" not in _run(["git", "tag", "--points-at", "HEAD"]).split():
        yield f"this commit has no tag v{__version__}"
    if "\nSource = " not in (ROOT / "pyproject.toml").read_text("utf-8"):
        yield "[project.urls] names no home of the project (Source): the README's links have no target on an index"


@contextmanager
def committed(place: Path) -> Iterator[Path]:
    """The files of the commit that is checked out, alone."""
    place.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", str(place)], input=archive, check=True)
    yield place


def build(tree: Path, into: Path, epoch: str, kinds: Sequence[str] = ("wheel", "sdist")) -> tuple[Path, Path]:
    """Wheel and sdist; the second is the first where only one was asked for. Raises ReleaseError."""
    targets = [word for kind in kinds for word in ("-t", kind)]
    command = [sys.executable, "-m", "hatchling", "build", *targets, "-d", str(into)]
    _run(command, tree, {"SOURCE_DATE_EPOCH": epoch})
    made = {path.suffix: path for path in into.iterdir()}
    return made[".whl"], made.get(".gz", made[".whl"])


def names_in(archive: Path) -> set[str]:
    """Paths of the files of a wheel or sdist; those of an sdist without its one folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return set(wheel.namelist())
    with tarfile.open(archive) as sdist:
        return {one.name.partition("/")[2] for one in sdist.getmembers() if one.isfile()}


def contents(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            yield from ((name, wheel.read(name)) for name in wheel.namelist())
        return
    with tarfile.open(archive) as sdist:
        for one in sdist.getmembers():
            if content := sdist.extractfile(one):
                yield one.name, content.read()


def check_names(wheel: Path, sdist: Path, files: set[str]) -> None:
    """Against what the tree has. Raises ReleaseError."""
    wanted = {name for name in files if name.startswith(IN_A_WHEEL)}
    found = {name for name in names_in(wheel) if ".dist-info/" not in name}
    if found != wanted:
        raise ReleaseError(f"the wheel has not what the tree has: {sorted(found ^ wanted)[:5]}")
    if strange := names_in(sdist) - files - {"PKG-INFO"}:
        raise ReleaseError(f"the sdist has what the tree has not: {sorted(strange)[:5]}")
    if missing := wanted - names_in(sdist):
        raise ReleaseError(f"the sdist lacks {sorted(missing)[:5]}")
    for archive in (wheel, sdist):
        for name, content in contents(archive):
            if NOT_FOR_OTHERS.search(name) or A_PRIVATE_KEY.search(content):
                raise ReleaseError(f"{archive.name} has {name}, which is nobody else's")


def check_repeats(wheel: Path, sdist: Path, scratch: Path, epoch: str) -> None:
    """Built from the sdist, at another time in another folder. Raises ReleaseError."""
    scratch.mkdir()
    with tarfile.open(sdist) as archive:
        archive.extractall(scratch, filter="data")
    again, _ = build(next(scratch.iterdir()), scratch / "dist", epoch, ["wheel"])
    if again.read_bytes() != wheel.read_bytes():
        raise ReleaseError("the wheel that is built from the sdist is another one")


def check_metadata(uv: str, archives: Sequence[Path], scratch: Path) -> None:
    """What an index would refuse or show badly. twine stands in an environment of its own. Raises ReleaseError."""
    _run([uv, "venv", "--quiet", "--python", sys.executable, str(scratch)])
    python = scratch / "bin" / "python"
    wanted = ["--require-hashes", str(ROOT / "requirements" / "release.txt")]
    _run([uv, "pip", "sync", "--quiet", "--python", str(python), *wanted], scratch)
    _run([str(python), "-m", "twine", "check", "--strict", *map(str, archives)])


def try_out(uv: str, wheel: Path, scratch: Path) -> Iterator[str]:
    """Install it as a user does, with what the index has today, and use it; what was tried. Raises ReleaseError."""
    home = scratch / "home"
    home.mkdir(parents=True)
    _run([uv, "venv", "--quiet", "--python", sys.executable, str(scratch / "venv")])
    python, command = scratch / "venv" / "bin" / "python", str(scratch / "venv" / "bin" / "signing-proxy")
    _run([uv, "pip", "install", "--quiet", "--python", str(python), str(wheel), "pytest"], scratch)
    bare = {"HOME": str(home), "PYTHONPATH": "", "PYTHONSAFEPATH": "1"}
    if "explain" not in _run([command, "--help"], home, bare):
        raise ReleaseError("signing-proxy --help does not list its commands")
    if f'"version": "{__version__}"' not in _run([command, "version", "--json"], home, bare):
        raise ReleaseError(f"signing-proxy version --json does not say {__version__}")
    _run([command, "demo", "--once"], home, bare)
    yield "in a clean environment: signing-proxy --help, version --json, demo --once"
    (home / "test_signer.py").write_text(USES_THE_PLUGIN)
    _run([str(python), "-m", "pytest", "-q", str(home)], home, bare)
    yield "there, too: a test with the fixture binance_sandbox, found by pytest itself"


def write_sums(folder: Path) -> None:
    """SHA256SUMS, for `sha256sum -c`."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def told(text: str) -> None:
    print(f"release: good: {text}", file=sys.stderr, flush=True)


def _run(command: Sequence[str], cwd: Path = ROOT, more: Mapping[str, str] | None = None) -> str:
    """Its standard output. Raises ReleaseError with what it said."""
    environment = {**os.environ, **(more or {})}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ReleaseError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
