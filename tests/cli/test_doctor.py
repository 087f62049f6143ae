"""`doctor` on the command line: lines, JSON, exit codes."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.gateway import API_KEY, API_SECRET
from proxy.doctor.all_checks import CHECKS
from tests.cli.conftest import Run


@pytest.fixture
def closed() -> Iterator[str]:
    """An address where nobody listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    secret = tmp_path / "secret"
    secret.write_text(API_SECRET)
    secret.chmod(0o600)
    return {"BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET_FILE": str(secret), "HOME": str(tmp_path)}


def test_the_list_of_checks(run: Run) -> None:
    said = run("doctor", "--list-checks")
    assert (said.code, said.err) == (0, "")
    names = [line.split()[0] for line in said.out.splitlines()]
    assert names == list(CHECKS)


def test_named_checks_one_line_each(run: Run, environ: dict[str, str]) -> None:
    said = run("doctor", "files", "key", **environ)
    assert said.code == 0
    assert said.out.splitlines() == [
        "ok    files        1 private file, readable by this user alone",
        "ok    key          account default: hmac key test...0000, 64 characters; its secret has 64 and is another text",
    ]
    assert said.err == "2 good, 0 warnings, 0 failed, 0 not judged\n"


def test_a_failed_check_is_exit_1_and_says_what_to_do(run: Run, closed: str, environ: dict[str, str]) -> None:
    said = run("doctor", "tls", "known", "--unsafe-upstream", closed, **environ)
    assert said.code == 1
    host = closed.removeprefix("http://")
    assert said.out.splitlines()[0] == (
        f"FAIL  tls          {host}: connect: connection refused -> check network, firewall, VPN and proxy between here and"
        " the exchange"
    )
    assert said.err.splitlines()[-1] == "0 good, 0 warnings, 2 failed, 0 not judged"


def test_what_could_not_be_judged_at_all_is_exit_1(run: Run, closed: str, environ: dict[str, str]) -> None:
    assert run("doctor", "permissions", "--unsafe-upstream", closed, **environ).code == 1


def test_json_is_one_object_without_a_secret(run: Run, closed: str, environ: dict[str, str]) -> None:
    said = run("doctor", "key", "files", "known", "--json", "--unsafe-upstream", closed, **environ)
    told = json.loads(said.out)
    assert [(one["check"], one["verdict"]) for one in told["checks"]] == [
        ("key", "good"), ("files", "good"), ("known", "failed"),
    ]  # fmt: skip
    assert (told["key"]["leaf"], told["account"]) == ("unknown", "default")
    assert not any(value in said.out for value in (API_KEY, API_SECRET, environ["HOME"]))
    assert said.code == 1


def test_a_file_that_others_can_read_fails_two_checks_and_stops_none(
    run: Run, environ: dict[str, str]
) -> None:
    Path(environ["BINANCE_API_SECRET_FILE"]).chmod(0o644)
    said = run("doctor", "key", "files", "known", "hold", **environ)
    assert said.code == 1
    assert said.out.splitlines() == [
        "FAIL  key          ~/secret: can be read by other users (mode 0644, BINANCE_API_SECRET_FILE); it needs mode 0600 ->"
        " chmod 600 ~/secret",
        "FAIL  files        ~/secret (BINANCE_API_SECRET_FILE): others can read it (mode 0644) -> chmod 600 ~/secret",
        "-     known        not asked: there is no key that can be used (see `key`)",
        "ok    hold         no ban and no wait is noted",
    ]


def test_a_name_that_is_no_check(run: Run) -> None:
    said = run("doctor", "clok")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "error: there is no check of that name; did you mean clock?\n"
        "hint: signing-proxy doctor --list-checks names them\n"
    )


def test_an_account_that_is_none(run: Run, environ: dict[str, str]) -> None:
    said = run("doctor", "key", "--account", "other", **environ)
    assert said.code == 2
    assert "known: default" in said.err
