"""`init` from nothing to the first signed answer: on a real terminal, from a pipe and for scripts, on the strict sandbox."""

import http.client
import io
import json
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.gateway import API_KEY, API_SECRET
from proxy.credentials.generate import generate
from proxy.sandbox import Observation, Sandbox, SandboxKey, demo_keys
from proxy.sandbox.threaded import ThreadedSandbox
from tests.cli.conftest import Run, Said
from tests.support.children import bare_environment
from tests.support.terminals import Terminal

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8
BOT = "first-bot"

type Exchange = tuple[str, list[Observation]]
type Fed = Callable[..., Said]


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    seen: list[Observation] = []
    with ThreadedSandbox(Sandbox(keys=demo_keys(), observer=seen.append)) as running:
        yield running.url, seen


def environ(home: Path) -> dict[str, str]:
    return bare_environment(HOME=str(home), NO_COLOR="1", TERM="xterm")


def tree(directory: Path) -> dict[str, int]:
    """All that is there, with its mode."""
    return {
        str(one.relative_to(directory)): stat.S_IMODE(one.lstat().st_mode)
        for one in sorted(directory.rglob("*"))
        if "__pycache__" not in one.parts
    }


def piped(words: list[str], text: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "proxy", "init", *words],
        input=text,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environ(cwd),
        timeout=60,
        check=False,
    )


def account(words: list[str], cwd: Path, key: str | None = None) -> tuple[int, object]:
    """Start `run` as it was said, ask once, end it: what comes of a first signed request."""
    process = subprocess.Popen(
        [sys.executable, "-m", "proxy", "run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environ(cwd),
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        base = urlsplit(json.loads(line)["gateway"])
        connection = http.client.HTTPConnection(base.hostname or "", base.port, timeout=20)
        connection.request("GET", "/api/v3/account", headers={"X-MBX-APIKEY": key} if key else {})
        answer = connection.getresponse()
        status, body = answer.status, json.loads(answer.read())
        connection.close()
        return status, body
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def test_a_person_on_a_terminal_gets_to_the_first_signed_answer(tmp_path: Path, exchange: Exchange) -> None:
    url, seen = exchange
    with Terminal(["init", "--unsafe-upstream", url], cwd=tmp_path, environ=environ(tmp_path)) as screen:
        screen.until("Which kind of key?")
        screen.until("[hmac] > ")
        screen.type("hmca\n")
        screen.until("it must be one of hmac, ed25519, rsa")
        screen.until("[hmac] > ")
        screen.type("\n")
        screen.until("A name of your own for this key?")
        screen.until("[main] > ")
        screen.type("main\n")
        screen.until("[paste] > ")
        screen.type("\n")
        screen.until("The API key (it is not shown).\n> ")
        screen.type("YOUR_API_KEY\n")
        screen.until("the API key is a placeholder")
        screen.until("> ")
        screen.type(API_KEY + "\n")
        screen.until("The secret (it is not shown).\n> ")
        screen.type(API_KEY + "\n")
        screen.until("is the same text as the API key")
        screen.until("> ")
        screen.type(API_SECRET + "\n")
        screen.until("[spot] > ")
        screen.type("spot,merchant\n")
        screen.until("[header] > ")
        screen.type("\n")
        screen.until("a key of its own?")
        screen.until("> ")
        screen.type(f"{BOT}\n")
        assert screen.ends() == 0
    shown = screen.seen
    assert API_KEY not in shown
    assert API_SECRET not in shown
    assert "YOUR_API_KEY" not in shown
    assert "ok    known" in shown
    assert tree(tmp_path) == {
        "config.yaml": 0o600,
        "secrets": 0o700,
        "secrets/.gitignore": 0o600,
        "secrets/clients.json": 0o600,
        "secrets/main.key": 0o600,
        "secrets/main.secret": 0o600,
    }
    commands = shown.partition("Next:\n")[2].splitlines()
    assert len(commands) == 3
    assert commands[0].endswith(" run")
    assert commands[1].endswith("http://127.0.0.1:8180/api/v3/account")
    assert commands[2].endswith(" logs --follow")
    virtual = commands[1].partition("X-MBX-APIKEY: ")[2].partition("'")[0]
    assert len(virtual) == 64
    assert account([], tmp_path, virtual)[0] == 200
    assert account([], tmp_path)[0] == 401
    assert [one.signature for one in seen if one.target.startswith(b"/api/v3/account")] == ["valid"] * len(
        [one for one in seen if one.target.startswith(b"/api/v3/account")]
    )


@pytest.mark.parametrize("after", ["The secret", "own?"])
def test_ctrl_c_leaves_nothing_behind_and_the_terminal_as_it_was(tmp_path: Path, after: str) -> None:
    answers = {
        "Which Binance?": "\n", "[hmac] > ": "\n", "[main] > ": "\n", "[paste] > ": "\n",
        "The API key (it is not shown).\n> ": KEY + "\n", "The secret (it is not shown).\n> ": SECRET + "\n", "[spot] > ": "\n",
        "[header] > ": "\n",
    }  # fmt: skip
    with Terminal(["init", "--no-check"], cwd=tmp_path, environ=environ(tmp_path)) as screen:
        for question, answer in answers.items():
            screen.until(question)
            if after in question:
                break
            screen.type(answer)
        else:
            screen.until(after)
        screen.type("\x03")
        assert screen.ends() == 130
        assert screen.echoes()
    assert tree(tmp_path) == {}
    assert KEY not in screen.seen
    assert SECRET not in screen.seen


def test_a_private_key_is_pasted_with_all_its_lines_unseen(tmp_path: Path) -> None:
    """Faster than any prompt, as a terminal pastes."""
    pem = generate("rsa").private_pem.reveal().decode()
    words = [
        "init",
        "--no-check",
        "--explain",
        "message",
        "--environment",
        "testnet",
        "--key-type",
        "rsa",
        "--account",
        "a",
        "--no-client",
    ]
    with Terminal(words, cwd=tmp_path, environ=environ(tmp_path)) as screen:
        screen.until("[make] > ")
        screen.type("paste\n")
        screen.until("The API key (it is not shown).\n> ")
        screen.type(f"{KEY}\n{pem}spot\n")
        assert screen.ends() == 0
    assert (tmp_path / "secrets/a.pem").read_text() == pem
    assert "profiles: [spot]" in (tmp_path / "config.yaml").read_text()
    for line in (KEY, *pem.splitlines()):
        assert line not in screen.seen


def test_answers_may_come_as_lines_of_a_pipe(tmp_path: Path) -> None:
    """A process of its own: standard input is a real pipe."""
    said = piped(
        ["--no-check"], f"testnet\nhmac\ngrid\npaste\n{KEY}\n{SECRET}\nread-only\nmessage\n\n", tmp_path
    )
    assert said.returncode == 0, said.stderr
    text = (tmp_path / "config.yaml").read_text()
    assert "environment: testnet" in text
    assert "answers:\n  explain: message\n" in text
    assert (tmp_path / "secrets/grid.secret").read_text() == SECRET + "\n"
    assert KEY not in said.stdout + said.stderr
    assert SECRET not in said.stdout + said.stderr


@pytest.fixture
def fed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Fed:
    """`init` in this process, with a text on its standard input."""

    def once(text: str, *words: str) -> Said:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return run("init", *words)

    return once


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("prod\n", "it must be one of production, testnet, demo, us; did you mean production?"),
        ("testnet\nhmac\n", "standard input ended before the last question"),
        (f"\n\n\n\n{KEY}\n{KEY}\n\n\n", "is the same text as the API key"),
        (f"\n\n\n\n-----BEGIN PRIVATE KEY-----\n{SECRET}\n\n\n", "the API key is a PEM key"),
        (f"\n\n{KEY}\n", "this is no name: (a text of 64 characters that looks like a key)"),
    ],
)
def test_what_a_pipe_says_wrongly_ends_it_and_nothing_is_written(fed: Fed, text: str, says: str) -> None:
    said = fed(text)
    assert said.code == 2
    assert says in said.err
    assert KEY not in said.err
    assert tree(Path()) == {}


def test_a_script_gives_key_and_secret_on_standard_input(
    fed: Fed, tmp_path: Path, exchange: Exchange
) -> None:
    target = tmp_path / "a place" / "deep"
    words = ("--yes", "--dir", str(target), "--unsafe-upstream", exchange[0])
    said = fed(f"{API_KEY}\n{API_SECRET}\n", *words)
    assert said.code == 0, said.err
    assert "ok    known" in said.out
    assert f"--config '{target}/config.yaml'" in said.out
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    status, body = account(["--config", str(target / "config.yaml")], tmp_path)
    assert status == 200, body


def test_a_swapped_pair_is_told_by_the_exchange_and_the_files_stay(fed: Fed, exchange: Exchange) -> None:
    said = fed(f"{API_SECRET}\n{API_KEY}\n", "--yes", "--unsafe-upstream", exchange[0])
    assert said.code == 1
    assert "A swapped pair (secret in the place of the key) is refused like this, too." in said.out
    assert Path("config.yaml").exists()


def test_without_a_way_to_binance_that_is_one_line(fed: Fed) -> None:
    said = fed(f"{API_KEY}\n{API_SECRET}\n", "--yes", "--unsafe-upstream", "http://127.0.0.1:9")
    assert said.code == 0
    (line,) = [line for line in said.err.splitlines() if "not checked" in line]
    assert line.startswith("The key was not checked, because Binance cannot be reached from here (connect: ")
    assert line.endswith(" doctor")
    assert "FAIL" not in said.out


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_key_of_ones_own_is_made_and_its_public_half_registered(run: Run, fed: Fed, kind: str) -> None:
    said = fed("", "--yes", "--make-key", "--key-type", kind)
    assert said.code == 0, said.err
    assert "Self-generated" in said.err
    end = "-----END PUBLIC KEY-----"
    key = SandboxKey("testKEY8" * 8, "rsa" if kind == "rsa" else "ed25519", said.out.partition(end)[0] + end)
    first, *others = said.out.splitlines()[-3:]
    assert others[0].endswith(" run")
    subprocess.run(["sh", "-c", first], input=key.api_key + "\n", text=True, check=True)
    with ThreadedSandbox(Sandbox(keys=[key])) as running:
        assert run("doctor", "known", "--unsafe-upstream", running.url).code == 0


def test_nothing_is_overwritten_and_it_is_said_before_anything_is_asked(run: Run) -> None:
    Path("config.yaml").write_text("environment: us\n")
    said = run("init")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("error: config.yaml: is there already, and nothing is overwritten\nhint: ")
    assert Path("config.yaml").read_text() == "environment: us\n"


def test_what_lies_somewhere_stays_there_and_is_named(run: Run, tmp_path: Path) -> None:
    for name, text in (("key", KEY), ("secret", SECRET)):
        (tmp_path / name).write_text(text + "\n")
        (tmp_path / name).chmod(0o600)
    files = ("--api-key-file", str(tmp_path / "key"), "--secret-file", str(tmp_path / "secret"))
    assert run("init", "--yes", "--no-check", *files, "--profile", "merchant", "--dir", "c").code == 0
    assert tree(Path("c")) == {"config.yaml": 0o600}
    said = run("config", "check", "--config", "c/config.yaml")
    assert (said.code, said.err) == (0, "")
    assert "account main (default): hmac key, production" in said.out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--client", "a", "--no-client"], 2, "--client and --no-client say two things"),
        (["--make-key", "--secret-file", "x"], 2, "there are several places for what signs"),
        (["--yes", "--make-key", "--key-type", "hmac"], 2, "an HMAC key is made by Binance"),
        (
            ["--yes", "--secret-file", "gone", "--api-key-file", "gone"],
            3,
            "gone: does not exist (--api-key-file)",
        ),
        (["--yes", "--account", "a b"], 2, "--account: it must be letters, digits"),
        (
            ["--yes", "--environment", "sandbox"],
            2,
            "--environment: it must be one of production, testnet, demo, us",
        ),
        (["--yes", "--unsafe-upstream", "http://127.0.0.1:1/x"], 2, "it must be scheme, host and port only"),
        (["--yes", "--environment", "live"], 2, "did you mean production?"),
        (["--dir", "d", "--config", "e/f.yaml"], 2, "--config names a directory, and so does --dir"),
        (["--api-secret", SECRET], 2, "keys and secrets are never given on the command line"),
    ],
)
def test_what_cannot_be_meant_is_told(run: Run, words: list[str], code: int, says: str) -> None:
    said = run("init", *words)
    assert (said.code, said.out) == (code, "")
    assert says in said.err
    assert tree(Path()) == {}


def test_a_secret_in_a_variable_is_named_and_not_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    words = ("--yes", "--api-key-file", str(tmp_path / "key"), "--secret-variable", "BINANCE_API_SECRET")
    said = run("init", *words)
    assert said.code == 0
    assert (
        "The key was not checked: BINANCE_API_SECRET is not set (accounts.main.api_secret_env)." in said.err
    )
    assert run("config", "check", BINANCE_API_SECRET=SECRET).code == 0
