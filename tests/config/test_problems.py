"""Which names of the configuration a message may repeat."""

import pytest

from proxy.config.problems import show_key

TOKEN = "tQ7xVb2Lm9Rf4Hc8"
HIDDEN = "(a name that is not shown)"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("signing", "recv_window"), "signing.recv_window"),
        (("recvWindow",), "recvWindow"),
        (("policy", "limits", 0, "max_qty"), "policy.limits[0].max_qty"),
        (("accounts", "grid-bot.2", "api_key"), "accounts.grid-bot.2.api_key"),
        (("clients", "Bot2024", "policy"), "clients.Bot2024.policy"),
        ((TOKEN,), HIDDEN),
        ((TOKEN[:12],), HIDDEN),
        (("hunter2",), HIDDEN),
        (("correct horse",), HIDDEN),
        (("signing", "aBcDeFgHiJkLmNoP"), f"signing.{HIDDEN}"),
        (("accounts", TOKEN, "api_key"), f"accounts.{HIDDEN}.api_key"),
        (("accounts", "main", "hunter2"), f"accounts.main.{HIDDEN}"),
        (("x" * 41,), HIDDEN),
    ],
)
def test_what_looks_like_a_setting_or_a_name_is_shown(path: tuple[str | int, ...], shown: str) -> None:
    assert show_key(path) == shown
