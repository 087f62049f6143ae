"""The command beside the unrelated package proxy.py, which installs the same import name: one clear line, whichever
came last. And the wheel: what is in it, and that it works where nothing of this tree is seen.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import signing_proxy_start
from scripts.bootstrap import ROOT
from scripts.long_description import long_description
from scripts.release import check_names, names_in
from signing_proxy_start import stranger

PURE = Path(sysconfig.get_path("purelib"))
NEEDED = ("--no-deps", "--quiet")


def folders(tmp_path: Path, *names: str) -> list[str]:
    """Folders as on sys.path, each with one entry."""
    made = []
    for number, name in enumerate(names):
        (tmp_path / str(number) / name).mkdir(parents=True)
        made.append(str(tmp_path / str(number)))
    return made


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("proxy.py-2.4.10.dist-info", "proxy"), 0),
        (("proxy_py-3.0.dist-info", "proxy"), 0),
        (("Proxy.Py-1.0.egg-info", "proxy"), 0),
        (("proxy_pylon-1.0.dist-info", "proxy"), None),
        (("binance_signing_proxy-0.1.0.dist-info", "proxy"), None),
        (("other", "proxy.py-2.4.10.dist-info"), 1),  # in our own folder
        (("other", "proxy", "proxy.py-2.4.10.dist-info"), None),  # after ours: `proxy` is found before
    ],
)
def test_it_is_seen_where_it_stands_in_the_way(
    names: tuple[str, ...], found: int | None, tmp_path: Path
) -> None:
    path = folders(tmp_path, *names)
    assert stranger(["/no/such/folder", *path], path[1]) == ("" if found is None else path[found])


def test_files_that_another_package_took_away_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [one for one in sys.modules if one == "proxy" or one.startswith("proxy.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [one for one in sys.meta_path if "editable" not in repr(one)])
    assert signing_proxy_start.main() == 3
    assert "files of signing-proxy are missing" in capsys.readouterr().err


def test_links_of_the_readme_lead_to_the_release_or_stay_words() -> None:
    readme = "see [docs](docs/a.md#b), [home](https://example.org/x) and [here](#below)\n"
    log = "# Changelog\n\n## [0.1.0]\n[running](../docs/running.md)\n"
    bare = (
        "see docs, [home](https://example.org/x) and [here](#below)\n\n## Changelog\n\n### [0.1.0]\nrunning\n"
    )
    assert long_description(readme, log, {}, "0.1.0") == bare
    there = long_description(readme, log, {"Source": "https://example.org/p/"}, "0.1.0")
    assert "[docs](https://example.org/p/blob/v0.1.0/docs/a.md#b)" in there
    assert "[running](https://example.org/p/blob/v0.1.0/docs/running.md)" in there


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Wheel and sdist of this tree."""
    into = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(into)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,), (sdist,) = into.glob("*.whl"), into.glob("*.tar.gz")
    return wheel, sdist


def tracked() -> set[str]:
    try:
        told = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this tree is not a git checkout")
    return {name for name in told.stdout.splitlines() if (ROOT / name).is_file()}


@pytest.mark.slow
def test_what_is_built_is_what_git_has_and_nothing_private(built: tuple[Path, Path]) -> None:
    check_names(*built, tracked())
    assert {"README.md", "LICENSE", "docs/README.md"} <= names_in(built[1])
    assert not [name for one in built for name in names_in(one) if name.startswith("tests/")]


def uv() -> str:
    brought = ROOT / ".uv" / "bin" / "uv"
    if not brought.exists():
        pytest.skip("make setup brings uv")
    return str(brought)


def install(uv: str, venv: Path, what: str) -> None:
    command = [uv, "pip", "install", *NEEDED, "--python", str(venv / "bin" / "python"), what]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=venv)
    if done.returncode != 0 and what == "proxy.py":
        pytest.skip("proxy.py could not be had from the index")
    assert done.returncode == 0, done.stderr


def call(venv: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """With the packages that we stand on, but nothing of this tree."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(venv), "PYTHONSAFEPATH": "1"}
    command = [str(venv / "bin" / words[0]), *words[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=venv)


@pytest.mark.slow
@pytest.mark.parametrize("stranger_comes", ["never", "first", "last", "and goes"])
def test_beside_the_real_proxy_py(stranger_comes: str, built: tuple[Path, Path], tmp_path: Path) -> None:
    brought, venv = uv(), tmp_path / "venv"
    subprocess.run([brought, "venv", "--quiet", "--python", sys.executable, str(venv)], check=True)
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "what-we-stand-on.pth").write_text(f"{PURE}\n")
    order = [str(built[0])] if stranger_comes == "never" else [str(built[0]), "proxy.py"]
    for what in reversed(order) if stranger_comes == "first" else order:
        install(brought, venv, what)
    if stranger_comes == "and goes":
        gone = [brought, "pip", "uninstall", "--quiet", "--python", str(venv / "bin" / "python"), "proxy.py"]
        subprocess.run(gone, check=True)
    done = call(venv, "signing-proxy", "version")
    match stranger_comes:
        case "never":
            assert (done.returncode, done.stderr) == (0, "")
            assert call(venv, "python", "-m", "proxy", "version").stdout == done.stdout
        case "and goes":
            assert done.returncode == 3
            assert done.stderr.startswith("error: files of signing-proxy are missing")
        case _:
            assert (done.returncode, done.stdout) == (3, "")
            error, hint = done.stderr.splitlines()
            assert error.startswith(
                f"error: the package proxy.py is installed in the same environment ({site})"
            )
            assert "uv tool install" in hint
