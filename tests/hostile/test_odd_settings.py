"""Odd signs in one's own settings, files and arguments: what is printed of them was made fit before the net."""

import json
from pathlib import Path

import pytest

from proxy.cli import terminal
from proxy.core.printable import printable
from tests.cli.conftest import Run, run

__all__ = ["run"]

ODD = "ODD\u202e\u3164\x9b2J\u2066"
GOOD = {"BINANCE_API_KEY": "testkey" + "0" * 57, "BINANCE_API_SECRET": "testsecret" + "0" * 54}
KEY = {"key_sha256": "0" * 64, "created_ms": 1, "secret": ""}
COMMANDS = {
    "config show": ("config", "show"),
    "clients list": ("clients", "list"),
    "policy test": ("policy", "test", f"GET /api/v3/{ODD}"),
    "sign": ("sign", "POST /sapi/v1/c2c/ads/search", "-d", json.dumps({"nickName": ODD}, ensure_ascii=False)),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_rests_on_the_net(name: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    client = {"rights": {"accounts": [ODD], "policy": {"allow": [ODD]}}, "keys": [KEY]}
    Path("clients.json").write_text(json.dumps({"schema": 1, "clients": {ODD: client}}))
    Path("clients.json").chmod(0o600)
    config = {"clients_file": "clients.json", "journal": {"directory": f"journal-{ODD}"}}
    Path("config.yaml").write_text(json.dumps(config, ensure_ascii=True))
    mended: list[str] = []

    def watched(text: str) -> str:
        if printable(text, keep="\n") != text:
            mended.append(text)
        return text

    monkeypatch.setattr(terminal, "plain", watched)
    said = run(*COMMANDS[name], **GOOD)
    assert mended == []
    assert "ODD\\u202e\\u3164\\x9b2J\\u2066" in said.out
