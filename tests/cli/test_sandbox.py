"""The exchange alone, as a command. What it answers: tests/sandbox."""

import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Run
from tests.support.children import ROOT, bare_environment


@pytest.mark.parametrize(
    ("listen", "why"),
    [
        ("0.0.0.0:0", "this machine only"),
        ("192.0.2.1:0", "this machine only"),
        ("nonsense", "--listen"),
        ("127.0.0.1:99999", "--listen"),
    ],
)
def test_it_listens_on_this_machine_alone(listen: str, why: str, run: Run) -> None:
    said = run("sandbox", "--listen", listen)
    assert (said.code, said.out) == (2, "")
    assert why in said.err


def test_a_port_that_is_taken(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = run("sandbox", "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert (said.code, said.out) == (2, "")
    assert "cannot listen there" in said.err


def test_it_tells_its_address_and_its_keys() -> None:
    command = [sys.executable, "-m", "proxy", "sandbox", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=bare_environment()) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        process.terminate()
    assert told["event"] == "listening"
    assert told["sandbox"].startswith("http://127.0.0.1:")
    assert all(key["api_key"].startswith("test") for key in told["keys"])


def test_late_holds_back_the_answers_to_posts_alone() -> None:
    command = [sys.executable, "-m", "proxy", "sandbox", "--listen", "127.0.0.1:0", "--late", "0.3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=bare_environment()) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["sandbox"]
        took = []
        for data in (None, b"", b""):  # the first by GET
            began = time.monotonic()
            with suppress(HTTPError), urlopen(url + "/api/v3/ping", data, timeout=10):
                pass
            took.append(time.monotonic() - began)
        process.terminate()
    assert took[0] < 0.3
    assert min(took[1:]) >= 0.3


def test_a_personality_and_the_list_of_them(run: Run) -> None:
    said = run("sandbox", "--as", "grumpy")
    assert (said.code, said.out) == (2, "")
    assert "flapping-2008, unknown-key" in said.err
    shown = run("sandbox", "--help").out
    assert "flapping-2008:seed=1,step=1h" in shown
    assert "429-then-418" in shown


def test_it_is_what_as_says() -> None:
    command = [sys.executable, "-m", "proxy", "sandbox", "--listen", "127.0.0.1:0", "--as", "waf-403"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=bare_environment()) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["sandbox"]
        with pytest.raises(HTTPError, match="403") as refused, urlopen(url + "/api/v3/ping", timeout=10):
            pass
        refused.value.close()
        process.terminate()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("missing", "cannot be read: No such file or directory"),
        (__file__, "cannot be played: it is neither a bundle nor a HAR"),
    ],
)
def test_a_recording_that_is_none(given: str, why: str, run: Run) -> None:
    said = run("sandbox", "--from", given)
    assert (said.code, said.out) == (2, "")
    assert f"the file of --from {why}" in said.err
    assert "give the zip of `export bundle`, or a HAR" in said.err


def test_a_recording_with_a_personality_is_refused(run: Run) -> None:
    said = run("sandbox", "--as", "waf-403", "--from", "ticket.zip")
    assert (said.code, said.out) == (2, "")
    assert "leave out --as or --from" in said.err
