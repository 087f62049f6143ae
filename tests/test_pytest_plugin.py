"""The plugin in somebody else's pytest: a child process, with the plugin as a wheel installs it."""

import re
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from tests.support.children import ROOT, bare_environment

pytest_plugins = ["pytester"]

PAGE = (ROOT / "docs/pytest.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"```python\n# (test_\w+\.py)\n(.+?)```", PAGE, re.DOTALL))
BARE = ("--disable-plugin-autoload", "-p", "proxy.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def child(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester


def test_the_examples_of_the_page_and_of_two_clients(child: pytest.Pytester) -> None:
    assert sorted(EXAMPLES) == ["test_bad_day.py", "test_signer.py"]
    for name, source in EXAMPLES.items():
        (child.path / name).write_text(source)
    assert len(EXAMPLES["test_signer.py"].split("def ")[1].splitlines()) <= 10
    (child.path / "test_more.py").write_text(
        textwrap.dedent("""
        from decimal import Decimal
        from urllib.request import Request, urlopen
        from urllib.error import HTTPError
        import hashlib, hmac, json, time
        import pytest

        pytestmark = pytest.mark.binance_sandbox("permission-missing:permission=futures")

        def ask(sandbox, path, query="", secret=None, method="GET"):
            query += f"timestamp={time.time_ns() // 1_000_000}"
            key = (secret or sandbox.secret).encode()
            signed = query + "&signature=" + hmac.new(key, query.encode(), hashlib.sha256).hexdigest()
            head = {"X-MBX-APIKEY": sandbox.api_key}
            with urlopen(Request(f"{sandbox.url}{path}?{signed}", headers=head, method=method)) as answer:
                return json.load(answer)

        ORDER = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1&"

        def test_a_wrong_secret_is_seen(binance_sandbox):
            with pytest.raises(HTTPError, match="400"):
                ask(binance_sandbox, "/api/v3/account", secret="another")
            assert (binance_sandbox.seen[-1].signature, binance_sandbox.seen[-1].code) == ("invalid", -1022)

        def test_what_was_carried_out_is_listed_and_the_mark_of_the_module_holds(binance_sandbox):
            ask(binance_sandbox, "/api/v3/order", ORDER, method="POST")
            assert [one.base_quantity for one in binance_sandbox.sandbox.executed] == [Decimal("0.1")]
            with pytest.raises(HTTPError, match="401"):
                ask(binance_sandbox, "/fapi/v1/order", ORDER, method="POST")

        @pytest.mark.binance_sandbox("unknown-key")
        def test_a_mark_of_a_test_comes_on_top(binance_sandbox):
            assert binance_sandbox.sandbox.executed == []  # each test has its own
            with pytest.raises(HTTPError, match="401"):
                ask(binance_sandbox, "/api/v3/account")
            assert binance_sandbox.seen[-1].code == -2008
        """)
    )
    child.runpytest_subprocess(*BARE, "--strict-markers", "-W", "error").assert_outcomes(passed=5)


def test_what_is_no_personality_says_what_there_is(child: pytest.Pytester) -> None:
    child.makepyfile(
        """
        import pytest

        @pytest.mark.binance_sandbox("flaping")
        def test_one(binance_sandbox): ...

        @pytest.mark.binance_sandbox(seed=7)
        def test_two(binance_sandbox): ...
        """
    )
    result = child.runpytest_subprocess(*BARE)
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*did you mean flapping-2008? There are: flapping-2008, *"])
    result.stdout.fnmatch_lines(["*personalities are given as texts, without names*"])


def test_nothing_of_ours_is_loaded_where_no_test_asks(child: pytest.Pytester) -> None:
    child.makepyfile(
        """
        import sys

        def test_it():
            ours = sorted(name for name in sys.modules if name.partition(".")[0] in ("proxy", "addons"))
            assert ours == ["proxy", "proxy.pytest_plugin"]
            assert not {"aiohttp", "cryptography", "msgspec", "click"} & set(sys.modules)
        """
    )
    child.runpytest_subprocess(*BARE).assert_outcomes(passed=1)


@pytest.mark.slow
def test_the_wheel_brings_it(tmp_path: Path) -> None:
    """Built, unpacked as an installer does, found by pytest by its entry point."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    (tmp_path / "test_signer.py").write_text(EXAMPLES["test_signer.py"])
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_signer.py"],
        check=False,
        cwd=tmp_path,
        env=bare_environment(PYTHONPATH=str(tmp_path / "site")),
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert "1 passed" in said.stdout, said.stdout + said.stderr


def test_the_step_for_github_actions(tmp_path: Path) -> None:
    """Its lines, run by bash as a runner does; where jq is not at hand, nobody can."""
    (script,) = re.findall(r"- name: Test against a strict exchange\n  run: \|\n(.+?)```", PAGE, re.DOTALL)
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, lines in {
        "bin/signing-proxy": f'exec {sys.executable} -m proxy "$@"',
        "run-my-tests": 'echo "$EXCHANGE $API_KEY $API_SECRET"; kill "$SANDBOX_PID"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{lines}\n")
        (tmp_path / name).chmod(0o755)
    script = textwrap.dedent(script).replace("sandbox.json &\n", "sandbox.json &\nexport SANDBOX_PID=$!\n")
    try:
        subprocess.run(["jq", "--version"], check=True, capture_output=True)
    except OSError:
        pytest.skip("jq is not installed; GitHub's runners have it")
    environment = bare_environment()
    environment["PATH"] = f"{bin_folder}:{environment['PATH']}"
    said = subprocess.run(
        ["bash", "-e", "-c", script],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    address, key, secret = said.stdout.split()
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", address), said.stderr
    assert (key, secret) == ("testkey" + "0" * 57, "testsecret" + "0" * 54)
