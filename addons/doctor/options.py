"""The addon's options, as mitmproxy shows them in `--options` and in its editors."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple


class Option(NamedTuple):
    """One option of mitmproxy: `--set name=value`."""

    name: str
    kind: Any
    default: Any
    help: str


OPTIONS: Final = (
    Option(
        "binance_api_secret_file",
        str,
        "",
        "File (mode 0600) with the API secret, or an RSA or Ed25519 key in PEM; of those the public half is enough. "
        "With it a wrong signature is recomputed until the mistake is found.",
    ),
    Option(
        "binance_accounts",
        Sequence[str],
        [],
        "Several accounts, each as NAME=KEYFILE,SECRETFILE; give the option once for each.",
    ),
    Option(
        "binance_only_failures",
        bool,
        True,
        "Mark and comment only requests that Binance refused or that are mistaken; otherwise right ones too.",
    ),
    Option(
        "binance_save_redacted",
        str,
        "",
        "Append every flow to Binance to this file (mode 0600), redacted: JSON lines that `signing-proxy explain` "
        "reads. Files of mitmproxy's own -w are not redacted.",
    ),
    Option(
        "binance_allow_private",
        bool,
        False,
        "Forward to loopback and private addresses too. Without it they are refused with 403, because a proxy on "
        "this machine is a way to everything that listens only on loopback.",
    ),
)
