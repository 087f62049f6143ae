"""`config check` reads what `run` reads: each file that is broken is told, all of them at once, and nothing is left."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, run

__all__ = ["run"]  # a fixture

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8


def _private(name: str, text: str, mode: int = 0o600) -> None:
    Path(name).write_text(text)
    Path(name).chmod(mode)


def _names(directory: str) -> list[str]:
    return sorted(one.name for one in Path(directory).iterdir())


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("token_file: token\n", "token: does not exist (the client token)"),
        ("clients_file: odd.json\n", "odd.json: is not a file of virtual keys"),
        (
            "tls_certificate_file: odd.json\ntls_key_file: odd.json\n",
            "tls_certificate_file and tls_key_file cannot",
        ),
        (
            "tls_certificate_file: open\ntls_key_file: open\n",
            "open: can be read by other users (mode 0644, tls_key_",
        ),
        (
            "upstream: {proxy: 'http://127.0.0.1:1', proxy_credentials_file: gone}\n",
            "gone: does not exist (the proxy credentials)",
        ),
        ("journal: {directory: odd.json}\n", "journal.directory: "),
        (
            f"accounts:\n  a: {{api_key: {KEY}, api_secret_file: secret}}\n"
            f"  b: {{api_key: {KEY}, api_secret_file: secret, environment: testnet}}\n",
            "accounts a and b have the same API key and different environments",
        ),
    ],
)
def test_what_a_start_would_stumble_over(run: Run, config: str, says: str) -> None:
    _private("secret", SECRET)
    _private("odd.json", "odd")
    _private("open", "x", 0o644)
    Path("config.yaml").write_text(config)
    before = _names(".")
    said = run("config", "check")
    assert (said.code, said.out) == (3, "")
    assert says in said.err
    assert _names(".") == before


def test_all_of_it_is_told_at_once(run: Run) -> None:
    Path("config.yaml").write_text("token_file: token\njournal: {directory: config.yaml}\n")
    said = run("config", "check")
    assert said.err.count("error: ") == 2


def test_what_is_good_leaves_nothing_behind(run: Run) -> None:
    _private("token", "test-token-of-more-than-16")
    Path("config.yaml").write_text("token_file: token\njournal: {directory: j}\n")
    assert run("config", "check").code == 0
    Path("j").mkdir(mode=0o700)
    assert run("config", "check").code == 0
    assert _names(".") == ["config.yaml", "j", "token"]
    assert _names("j") == []
