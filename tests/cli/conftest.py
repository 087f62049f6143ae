"""One command line at a time, in a working directory and an environment of its own."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxy.__main__ import main
from proxy.cli import options


@dataclass(frozen=True, slots=True)
class Said:
    """What one command line came to."""

    code: int
    out: str
    err: str


type Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the tool: `run("config", "check", BINANCE_API_KEY="...")`. Only the variables given are ours.

    The shield is left down here: the tests' own process must stay one that can be looked into.
    """
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    for name in list(os.environ):
        if name.startswith(("BINANCE_", "SIGNING_PROXY_", "NO_COLOR", "FORCE_COLOR")):
            monkeypatch.delenv(name)
    monkeypatch.setattr(options, "shield_process", lambda: True)

    def once(*words: str, **environ: str) -> Said:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environ.items():
                patch.setenv(name, value)
            code = main(words)
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return once
