"""What a script sends is what was recorded, and never more than a script may hold."""

import ast
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from proxy.core.redaction import decode_foreign, encode_record
from proxy.core.redaction.foreign_record import ForeignFlow
from proxy.core.redaction.record import FlowRecord, SideRecord
from proxy.evidence.repro import LANGUAGES, Call, call_of
from proxy.journal import Reader
from tests.evidence.repro.running import call, program
from tests.hostile.foreign_journal import hostile_journal


def made(**fields: Any) -> Call | str:
    usual: dict[str, Any] = {
        "time": "2026-07-23T10:00:00.000Z", "request_id": "r-1", "method": "GET", "path": "/api/v3/order",
        "came": SideRecord(), "server": "api.binance.com", "needs": "signed",
    }  # fmt: skip
    read = decode_foreign(encode_record(FlowRecord(schema=1, **{**usual, **fields})))
    assert isinstance(read, ForeignFlow)
    return call_of(read)


def query(text: str) -> SideRecord:
    return SideRecord(query=text)


def test_time_and_signature_are_left_to_the_script() -> None:
    one = call("a read")
    assert (one.method, one.path, one.query, one.needs) == (
        "GET",
        "/api/v3/account",
        "recvWindow=5000",
        "signed",
    )
    assert one.name == "GET-api-v3-account"
    assert "answered 200" in one.said.terminal()


@pytest.mark.parametrize(
    ("server", "scheme", "base"),
    [
        ("fapi.binance.com", "https", "https://fapi.binance.com"),
        ("127.0.0.1:8190", "http", "http://127.0.0.1:8190"),
        ("api.binance.com", "http", "https://api.binance.com"),
        ("evil.test", "https", "https://api.binance.com"),
        ("api.binance.com@evil.test", "https", "https://api.binance.com"),
        ("127.0.0.1:8190@evil.test", "http", "https://api.binance.com"),
        ("", "https", "https://api.binance.com"),
    ],
)
def test_a_key_goes_to_binance_or_to_this_machine_alone(server: str, scheme: str, base: str) -> None:
    one = made(server=server, scheme=scheme)
    assert isinstance(one, Call)
    assert one.base == base


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"method": "-K/etc/passwd"}, "its method or path is none that could be sent"),
        ({"path": "@evil.test/x"}, "its method or path is none that could be sent"),
        (
            {"came": SideRecord(body="<body:multipart:9>", body_kind="multipart", body_octets=9)},
            "its body is neither a form nor JSON, and was not recorded (9 octets)",
        ),
    ],
)
def test_what_cannot_be_sent_again_is_said(fields: dict[str, Any], says: str) -> None:
    assert made(**fields) == says


def test_values_that_were_not_recorded_are_words() -> None:
    one = made(came=query("symbol=BTCUSDT&orderId=<order:1a2b3c4d5e:19>&timestamp=1&signature=<sig:hex:64>"))
    assert isinstance(one, Call)
    assert (one.query, one.words) == ("symbol=BTCUSDT&orderId=YOUR_ORDER_1", ("YOUR_ORDER_1",))
    assert LANGUAGES["bash"].script(one).startswith("#!/usr/bin/env bash\n# GET /api/v3/order at ")
    for language in LANGUAGES.values():
        assert "# Put your own values in the place of YOUR_ORDER_1." in language.script(one).replace(
            "//", "#"
        )


def test_what_takes_effect_is_told_from_a_read_by_the_catalogue() -> None:
    changes = {"POST /api/v3/order": True, "POST /api/v3/order/test": False, "GET /api/v3/order": False,
               "POST /sapi/v1/c2c/ads/search": False, "POST /sapi/v9/unheard/of": True, "GET /sapi/v9/unheard/of": True}  # fmt: skip
    for name, expected in changes.items():
        method, _, path = name.partition(" ")
        one = made(method=method, path=path)
        assert isinstance(one, Call)
        assert one.mutates is expected, name


@pytest.fixture(scope="module")
def hostile_calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    directory = tmp_path_factory.mktemp("foreign")
    hostile_journal(directory)
    calls = [call_of(entry.record) for entry in Reader(directory).entries()]
    found = [one for one in calls if isinstance(one, Call)]
    assert len(found) > 300
    return found


def test_no_record_can_add_a_line_of_its_own(hostile_calls: list[Call]) -> None:
    for one in hostile_calls:
        for language in LANGUAGES.values():
            lines = language.script(one).splitlines()
            assert all(line.isascii() and line.isprintable() for line in lines)
            assert len(lines) <= 17
            assert not [line for line in lines if line.lstrip().startswith(("touch", "- touch"))]


def test_python_reads_them_all(hostile_calls: list[Call]) -> None:
    allowed = {"Import", "Assert", "Assign", "AugAssign", "Try", "Expr"}
    for one in hostile_calls:
        tree = ast.parse(LANGUAGES["python"].script(one))
        assert {type(node).__name__ for node in tree.body} <= allowed
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "touch"]


@pytest.mark.skipif(not program("node"), reason="node is not installed here")
def test_node_reads_them_all(hostile_calls: list[Call], tmp_path: Path) -> None:
    scripts = (f"async () => {{\n{LANGUAGES['node'].script(one)}}};" for one in hostile_calls)
    (tmp_path / "all.cjs").write_text("\n".join(scripts))
    done = subprocess.run(
        [*program("node"), "--check", "all.cjs"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]


@pytest.mark.skipif(not program("bash"), reason="bash is not installed here")
def test_bash_runs_nothing_but_what_stands_there(hostile_calls: list[Call], tmp_path: Path) -> None:
    """In a shell that finds three programs, each of which only notes that it was called."""
    programs, here = tmp_path / "bin", tmp_path / "here"
    programs.mkdir()
    here.mkdir()
    for name, says in (("curl", ""), ("openssl", "00 *stdin"), ("date", "1")):
        (programs / name).write_text(f'#!/bin/sh\necho {name} >> "$CALLS"\necho "{says}"\n')
        (programs / name).chmod(0o700)
    together = "\n".join(
        f"(\n{LANGUAGES['bash'].script(one)})".replace("set -euo pipefail", "set -eu")
        for one in hostile_calls[::4]
    )
    done = subprocess.run(
        [*program("bash"), "-s"], input=together.encode(), capture_output=True, check=False, cwd=here, timeout=60,
        env={"PATH": str(programs), "CALLS": str(tmp_path / "calls"), "BINANCE_API_KEY": "k", "BINANCE_API_SECRET": "s",
             "REALLY": "yes"},
    )  # fmt: skip
    assert done.stderr == b""
    assert list(here.iterdir()) == []
    called = (tmp_path / "calls").read_text().split()
    assert called.count("curl") == len(hostile_calls[::4])
    assert set(called) == {"curl", "openssl", "date"}


def test_no_script_holds_a_mark_or_a_key(hostile_calls: list[Call]) -> None:
    for one in [*hostile_calls, call("a write")]:
        for language in LANGUAGES.values():
            told = language.script(one).split("\n", 2)[-1]  # behind the remark
            assert not re.search("<(key|sig|order|person):", told)
