"""The audit of dependencies: advisories of a service on loopback, and what is said where there is none."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scripts import audit_deps
from scripts.audit_deps import CLEAN, FOUND, NO_SOURCE, NOT_CHECKED, Pin, advisories, licence, upload_times
from scripts.bootstrap import ROOT
from scripts.pinned_lock import locked, name_and_version, pins

UV = str(ROOT / ".uv" / "bin" / "uv")
ADVISORY = {
    "id": "GHSA-test", "summary": "made up", "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z",
    "affected": [{
        "package": {"name": "click", "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}],
    }],
}  # fmt: skip


@contextmanager
def service(*affected: str) -> Iterator[str]:
    """A service of OSV's form that knows one advisory, on these packages."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            short = {"id": ADVISORY["id"], "modified": ADVISORY["modified"]}
            hits = (query["package"]["name"] in affected for query in asked["queries"])
            self.reply({"results": [{"vulns": [short]} if hit else {} for hit in hits]})

        def do_GET(self) -> None:
            self.reply(ADVISORY)

        def reply(self, content: dict[str, Any]) -> None:
            octets = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lock of one package, as `locked` makes it, without an index."""
    if not Path(UV).exists():
        pytest.skip("make setup brings uv")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "test"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["click==8.2.0"]\n'
    )
    url = "https://files.example/click-8.2.0-py3-none-any.whl"
    (tmp_path / "uv.lock").write_text(
        'version = 1\nrequires-python = ">=3.12"\n'
        '[[package]]\nname = "click"\nversion = "8.2.0"\nsource = { registry = "https://index.example/simple" }\n'
        f'wheels = [{{ url = "{url}", hash = "sha256:{"0" * 64}", size = 1 }}]\n'
        '[[package]]\nname = "test"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "click" }]\n'
        '[package.metadata]\nrequires-dist = [{ name = "click", specifier = "==8.2.0" }]\n'
    )
    return tmp_path


def test_no_advisory_is_a_pass(folder: Path) -> None:
    with service() as url:
        assert advisories(UV, folder, url) == (CLEAN, ["advisories: none on 1 packages"])


def test_an_advisory_is_told_and_no_pass(folder: Path) -> None:
    with service("click") as url:
        code, lines = advisories(UV, folder, url)
    assert code == FOUND
    assert lines == ["GHSA-test: click 8.2.0: made up (fixed in 99)", "advisories: 1 on 1 packages"]


def test_no_source_is_one_line_and_no_pass(folder: Path) -> None:
    with service() as url:
        pass  # it is gone again
    assert advisories(UV, folder, url) == (NOT_CHECKED, [NO_SOURCE])
    assert NOT_CHECKED not in (CLEAN, FOUND)


def test_what_is_no_answer_is_no_pass(folder: Path) -> None:
    nothing = shutil.which("true")
    assert nothing is not None
    assert advisories(nothing, folder, None)[0] == NOT_CHECKED


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"License-Expression": "MIT", "License": "other"}, "MIT"),
        ({"License": "Apache 2.0"}, "Apache 2.0"),
        ({"License": "x" * 500, "Classifier": "License :: OSI Approved :: BSD License"}, "BSD License"),
        ({"License": "UNKNOWN"}, "not said"),
        ({}, "not said"),
    ],
)
def test_licences(fields: dict[str, str], expected: str) -> None:
    told = Message()
    for name, value in fields.items():
        told[name] = value
    assert licence(told) == expected


def test_ages_are_those_of_the_first_file() -> None:
    lock = {"package": [{"name": "a", "version": "1",
                         "wheels": [{"upload-time": "2026-11-03T00:00:00Z"}, {"upload-time": "2026-11-02T00:00:00Z"}],
                         "sdist": {"upload-time": "2026-11-01T00:00:00Z"}},
                        {"name": "b", "version": "2", "wheels": [{}]}]}  # fmt: skip
    uploaded = upload_times(lock)
    assert uploaded == {("a", "1"): datetime(2026, 11, 1, tzinfo=UTC)}
    now = datetime(2026, 11, 28, tzinfo=UTC)
    assert Pin("a", "1", "MIT", uploaded["a", "1"]).line(now).split() == ["a", "1", "27", "days", "MIT"]
    assert "age unknown" in Pin("b", "2", "MIT", None).line(now)


def test_every_pin_has_hashes_and_is_audited() -> None:
    for file in ("dev.txt", "run.txt", "build.txt", "release.txt", "bootstrap.txt"):
        text = (ROOT / "requirements" / file).read_text()
        found = pins(file)
        assert found
        blocks = [one for one in text.split("\n") if "==" in one]
        assert len(blocks) == len(found)
        assert all(one.endswith("\\") for one in blocks)  # its hashes follow
    names = {name_and_version(pin)[0] for pin in pins("dev.txt", "bootstrap.txt", "release.txt")}
    assert {"uv", "aiohttp", "mitmproxy", "twine"} <= names
    small, full = (
        {*map(name_and_version, pins(*files))} for files in (("run.txt", "build.txt"), ("dev.txt",))
    )
    assert small <= full  # a developer's environment serves `make demo`, too


def test_nothing_is_left_of_a_lock(tmp_path: Path) -> None:
    nothing = shutil.which("true")
    assert nothing is not None
    with locked(nothing, ["click"], ["click==8.2.0"]) as project:
        assert 'override-dependencies = ["click==8.2.0"]' in (project / "pyproject.toml").read_text()
    assert not project.exists()
    assert audit_deps.__doc__ is not None
