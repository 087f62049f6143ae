"""Clients and limits in the configuration: what fits together, and what does not."""

from pathlib import Path

import pytest

from proxy.config.load import Overrides, load_settings
from proxy.core.errors import ConfigError

ACCOUNT = "accounts:\n  main:\n    api_key: x\n    api_secret_file: s\n"


def load(tmp_path: Path, text: str) -> object:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return load_settings(Overrides(config=str(path)), {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("clients:\n  bot:\n    signature: repair\n", "clients_file is not set"),
        ("clients_file: c\nclients:\n  b t:\n    signature: repair\n", "the name of a client"),
        (
            "clients_file: c\nclients:\n  bot:\n    accounts: [nope]\n",
            r"clients.bot.accounts\[0\] names no account",
        ),
        (
            ACCOUNT + "clients_file: c\nclients:\n  bot:\n    accounts: [main, default]\n",
            r"accounts\[1\] names no",
        ),
        ("clients_file: c\nclients:\n  bot:\n    signature: maybe\n", "repair, require"),
        (
            "clients_file: c\nclients:\n  bot:\n    policy:\n      allow: [POST]\n",
            r"clients.bot.policy.allow\[0\]",
        ),
        (
            "clients_file: c\nclients:\n  bot:\n    policy:\n      forwarded: true\n",
            "forwarded",
        ),
        ("policy:\n  read: [markets]\n", r"policy.read\[0\] must be a group of reads, METHOD /path or"),
        ("policy:\n  read: [market, Ordres]\n", r"read\[1\] must be"),
        ("policy:\n  read: ['GET /*']\n", r"read\[0\] must be"),
        ("policy:\n  read: ['GET /api/v3/acc*']\n", r"read\[0\] must be"),
        ("policy:\n  read: ['GET /api/v3/account?x=1']\n", r"read\[0\] must be"),
        ("policy:\n  read: market\n", "policy.read must be a list"),
        (
            "clients_file: c\nclients:\n  bot:\n    policy:\n      read: [money]\n",
            r"clients.bot.policy.read\[0\]",
        ),
        ("policy:\n  limits:\n    - symbols: [BTCUSDT]\n", "applies_to is missing"),
        ("policy:\n  limits:\n    - applies_to: everything\n", "must be a profile or METHOD /path"),
        (
            "policy:\n  limits:\n    - applies_to: spot\n      max_quote: 0\n",
            "max_quote must be a number above 0",
        ),
        ("listen: 0.0.0.0:8180\n", "nor virtual keys"),
        ("tls_key_file: k\n", "belong together"),
        ("tls_certificate_file: k\n", "belong together"),
        ("listen: unix:/g\ntls_key_file: k\ntls_certificate_file: k\n", "a Unix socket has no TLS"),
        ("admin: 0.0.0.0:8181\nclients_file: c\n", "token_file is not set"),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "clients_file: c\nclients:\n  bot:\n    accounts: [default]\n",
        ACCOUNT
        + "clients_file: c\nclients:\n  bot:\n    accounts: [main]\n    policy: {profiles: [read-only]}\n",
        "policy:\n  limits:\n    - applies_to: spot\n      max_quote: 10\n",
        "policy:\n  limits:\n    - {applies_to: POST /sapi/v1/capital/withdraw/apply, addresses: [T]}\n",
        "listen: 0.0.0.0:8180\nclients_file: c\n",
    ],
)
def test_what_fits_is_taken(tmp_path: Path, text: str) -> None:
    load(tmp_path, text)
