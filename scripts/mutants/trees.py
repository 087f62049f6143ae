"""Copies of a tree, one a worker, and the runner inside each. The tree itself is only read."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("runner.py")
_LEFT_OUT = (
    ".venv", ".uv", ".git", ".clients", ".*_cache", ".hypothesis", "__pycache__", "node_modules", "dist", "build",
)  # fmt: skip
_GRACE_SECONDS = 5.0


class RunnerEndedError(Exception):
    """The runner is gone: a fault reached the process that tests it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tests said."""

    passed: bool
    hung: bool
    took: float
    output: str


def python_of(tree: Path) -> Path:
    """The interpreter that runs the tree's tests."""
    own = tree / ".venv/bin/python"
    return own if own.exists() else Path(sys.executable)


@contextmanager
def copy_of(tree: Path, python: Path) -> Iterator["Copy"]:
    """A copy with its runner, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as made:
        Path(made).chmod(0o711)  # for a test that goes on as another user
        root = Path(made) / "tree"
        shutil.copytree(tree, root, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
        copy = Copy(root, Path(made), python)
        copy.compile()
        try:
            yield copy
        finally:
            copy.close()


@dataclass(slots=True)
class Copy:
    """One copy: faults are put in and taken out, tests are asked."""

    root: Path
    scratch: Path
    python: Path
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    def compile(self) -> None:
        """Bytecode that is held against the octets of its source, so that no fault is missed for its date."""
        packages = self._packages()
        self._call("-m", "compileall", "-q", "--invalidation-mode", "checked-hash", *packages)
        probe = "import importlib.util, sys; [print(importlib.util.find_spec(name).origin) for name in sys.argv[1:]]"
        for origin in self._call("-c", probe, *packages).splitlines():
            if not Path(origin).is_relative_to(self.root):
                raise RuntimeError(f"the tests would run on {origin}, not on the copy in {self.root}")

    def _packages(self) -> list[str]:
        return sorted({path.parent.name for path in self.root.glob("*/__init__.py")} - {"tests"})

    def judge(self, tests: tuple[str, ...], seconds: float) -> Verdict:
        """Ask these tests; one of them may take half of the time of all."""
        job = {"tests": tests, "seconds": seconds, "each": round(seconds / 2, 1)}
        answer = self._ask(json.dumps(job))
        return Verdict(answer["code"] == 0, answer["hung"], answer["took"], answer["output"])

    @contextmanager
    def fault(self, path: Path, text: str) -> Iterator[None]:
        """The fault stands in the copy for as long as this."""
        place = self.root / path
        octets = place.read_bytes()
        place.write_text(text)
        try:
            yield
        finally:
            place.write_bytes(octets)

    def close(self) -> None:
        """End the runner, and what it runs."""
        process, self._process = self._process, None
        if process is None:
            return
        with process:  # its pipes
            process.terminate()
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _ask(self, job: str) -> dict[str, Any]:
        if self._process is None:
            self._process = self._start()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(job + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.close()
            raise RunnerEndedError
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self.python, RUNNER, self.scratch],
            cwd=self.root,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _call(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.python, *arguments],
            cwd=self.root,
            env=self._environment(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def _environment(self) -> dict[str, str]:
        """CI: random draws of the tests are the same for each fault."""
        temporary = self.scratch / "tmp"
        temporary.mkdir(exist_ok=True)
        return os.environ | {
            "CI": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": str(self.root),
            "TMPDIR": str(temporary),
        }
