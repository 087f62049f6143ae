"""`run --sandbox`: exchange and gateway together, with no key and no file, and both end together."""

import http.client
import json
import shlex
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from proxy.config.load import Overrides
from proxy.core.errors import ConfigError, UsageError
from proxy.demo.built_in import built_in_exchange, greeting
from tests.support.children import bare_environment

REAL = {"BINANCE_API_KEY": "testKEY9" * 8, "BINANCE_API_SECRET": "testSEC7" * 8, "BINANCE_API_ENV": "prod"}
FREE = Overrides(listen="127.0.0.1:0", admin="127.0.0.1:0")
FILE = """
default_account: b
accounts:
  a: {api_key_file: gone, api_secret_file: gone}
  b: {api_key_file: gone, api_secret_file: gone, environment: testnet}
policy: {profiles: [merchant]}
journal: {directory: real}
"""


def ask(base: str, target: str, body: str | None = None) -> tuple[int, http.client.HTTPMessage]:
    address = urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request("POST" if body else "GET", target, body, form)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers


def diagnosis(base: str, order: str) -> str:
    """Of a refused order; on a busy machine the rules may not be loaded when the first is asked."""
    end = time.monotonic() + 20
    while True:
        status, headers = ask(base, "/api/v3/order", order)
        assert status == 400
        if said := headers["X-Gateway-Diagnosis"]:
            return said
        assert time.monotonic() < end
        time.sleep(0.2)


def is_open(base: str) -> bool:
    address = urlsplit(base)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname or "", address.port or 0)) == 0


def test_it_needs_no_key_and_no_file_and_ctrl_c_ends_both(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("listen: nonsense\n")
    words = ["--sandbox", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "proxy", "run", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env=bare_environment(HOME=str(tmp_path), SIGNING_PROXY_CONFIG="gone.yaml", **REAL),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # see Terminal
    )  # fmt: skip
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert (told["environment"], told["accounts"]) == ("sandbox", ["sandbox"])
        assert ask(told["gateway"], "/api/v3/account")[0] == 200
        order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0,01&price=50000"
        assert diagnosis(told["gateway"], order).startswith("param-decimal-comma; strength=proven")
        assert list(Path(told["journal"]).glob("flows-*.jsonl"))
    finally:
        process.send_signal(signal.SIGINT)
        _, words_for_people = process.communicate(timeout=30)
    assert process.returncode == 0
    exchange = next(line.split()[2] for line in words_for_people.splitlines() if "sandbox exchange  " in line)
    assert f"  curl {told['gateway']}/api/v3/account\n" in words_for_people
    assert not is_open(exchange)
    assert not is_open(told["gateway"])
    assert not Path(told["journal"]).exists()
    assert "Traceback" not in words_for_people
    for value in REAL.values():
        assert len(value) < 10 or value not in words_for_people


AD, ADS = "/sapi/v1/c2c/ads/updateStatus", '{"advNos":["11760000000000000001"],"advStatus":3}'


def refusal(base: str) -> str:
    """What the gateway says to a write about an ad; "" where it lets it through."""
    address = urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    connection.request("POST", AD, ADS, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return str(told["msg"]) if answer.status == 403 else ""


def test_the_line_of_a_refusal_and_the_command_that_it_names_let_the_write_through(tmp_path: Path) -> None:
    """As a merchant does it, from the directory of his file: what is said is done, letter by letter."""
    file = tmp_path / "config.yaml"
    file.write_text("policy:\n  profiles: [spot]\nlimits: {refusal_delay_seconds: 0}\n")
    words = ["--sandbox", "--config", "config.yaml", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    run = partial(
        subprocess.Popen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env=bare_environment(HOME=str(tmp_path), **REAL),
    )  # fmt: skip
    process = run([sys.executable, "-m", "proxy", "run", *words])
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        said = refusal(told["gateway"])
        command = f"signing-proxy reload --journal {told['journal']}"
        assert f"Line 2 of {file} becomes `  profiles: [spot, merchant]`; then {command} takes it up" in said
        file.write_text(file.read_text().replace("[spot]", "[spot, merchant]"))
        already = f"Line 2 of {file} has it already: {command} takes it up at once."
        assert refusal(told["gateway"]).endswith(already)
        reload = run([sys.executable, "-m", "proxy", *shlex.split(command)[1:]])
        out, err = reload.communicate(timeout=30)
        assert (reload.returncode, err) == (0, "")
        assert out.endswith("read again, and in force\n")
        assert refusal(told["gateway"]) == ""
        assert ask(told["gateway"], "/api/v3/account")[0] == 200
    finally:
        process.terminate()
        _, words_for_people = process.communicate(timeout=30)
    for value in REAL.values():
        assert len(value) < 10 or value not in words_for_people


def test_a_file_that_is_named_counts_but_for_its_keys(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(FILE)
    with built_in_exchange(Overrides(config=str(tmp_path / "c.yaml")), ()) as built_in:
        settings = built_in.loaded.settings
        assert (settings.environment, settings.upstream.unsafe_url) == ("sandbox", built_in.exchange)
        assert settings.policy.profiles == ("merchant",)
        assert "real" not in settings.journal.directory
        assert [(one.name, one.environment) for one in built_in.accounts] == [
            ("a", "sandbox"),
            ("b", "sandbox"),
        ]
        assert built_in.accounts.default_name == "b"
    assert not Path(settings.journal.directory).exists()


def test_the_way_to_binance_of_a_file_that_is_named_is_not_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.1)
        (tmp_path / "c.yaml").write_text(
            f"upstream: {{proxy: 'http://127.0.0.1:{proxy.getsockname()[1]}', proxy_credentials_file: gone,"
            " local_address: 192.0.2.1}\nbudget: {holds_file: real-holds.json}\n"
        )
        words = ["--sandbox", "--config", "c.yaml", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        process = subprocess.Popen(
            [sys.executable, "-m", "proxy", "run", *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path,
            env=bare_environment(HOME=str(tmp_path), **REAL),
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert ask(json.loads(process.stdout.readline())["gateway"], "/api/v3/account")[0] == 200
        finally:
            process.terminate()
            process.communicate(timeout=30)
        with pytest.raises(TimeoutError):
            proxy.accept()
    assert [one.name for one in tmp_path.iterdir()] == ["c.yaml"]


def test_what_to_try_has_the_key_that_this_gateway_wants_of_its_callers(tmp_path: Path) -> None:
    """Each line is run as it was printed, with the key in its place, and is not refused for want of one."""
    (tmp_path / "c.yaml").write_text("clients_file: c.json\n")
    proxy, home = [sys.executable, "-m", "proxy"], bare_environment(HOME=str(tmp_path))
    add = [*proxy, "clients", "add", "page", "--config", "c.yaml"]
    added = subprocess.run(add, cwd=tmp_path, env=home, capture_output=True, text=True, check=True)
    key = added.stdout.split()[2]
    words = ["--sandbox", "--config", "c.yaml", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    process = subprocess.Popen(
        [*proxy, "run", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=home,
    )
    try:
        assert process.stderr is not None
        shown = [process.stderr.readline() for _ in range(7)]
        lines = [line.strip() for line in shown if line.startswith("  curl ")]
        assert len(lines) == 3
        codes = []
        for line in lines:
            typed = shlex.split(line.replace("YOUR_VIRTUAL_KEY", key))
            asked = subprocess.run(
                [*typed, "-s", "-o", "answer", "-w", "%{http_code}"],
                cwd=tmp_path, capture_output=True, text=True, check=True,
            )  # fmt: skip
            codes.append(asked.stdout)
        assert codes == ["200", "200", "400"]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_a_journal_that_was_named_stays_and_is_said_to(tmp_path: Path) -> None:
    journal = tmp_path / "j"
    journal.mkdir()
    with built_in_exchange(Overrides(journal=str(journal)), ()) as built_in:
        assert f"journal           {journal}" in list(greeting(built_in, "http://127.0.0.1:1", ""))
    assert journal.exists()


def test_a_personality_is_put_on() -> None:
    with built_in_exchange(FREE, ["maintenance"]) as built_in:
        assert ask(built_in.exchange, "/api/v3/exchangeInfo")[0] == 503


@pytest.mark.parametrize(
    ("overrides", "personalities", "says"),
    [
        (Overrides(environment="testnet"), (), "--sandbox is an exchange of its own"),
        (Overrides(unsafe_upstream="http://127.0.0.1:9"), (), "--sandbox is an exchange of its own"),
        (FREE, ("nonsense",), "--as "),
    ],
)
def test_what_does_not_go_together(overrides: Overrides, personalities: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says), built_in_exchange(overrides, personalities):
        pass


def test_a_file_that_is_wrong_is_told_and_the_exchange_ends(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("polcy: {}\n")
    with (
        pytest.raises(ConfigError, match="polcy is not a setting"),
        built_in_exchange(Overrides(config=str(tmp_path / "c.yaml")), ()),
    ):
        pass
