"""What `config show` may show."""

from proxy.cli.settings_table import rows
from proxy.config.convert import convert
from proxy.config.load import Loaded

KEY = "test" * 16
SECRET = "secr3ttest" * 6 + "four"


def _loaded(data: dict[str, object], origins: dict[str, str] | None = None) -> Loaded:
    return Loaded(convert(data).settings, origins or {}, None)


def test_each_setting_has_one_row_with_its_origin() -> None:
    found = {row.name: row for row in rows(_loaded({"listen": "127.0.0.1:1"}, {"listen": "--listen"}), {})}
    assert (found["listen"].value, found["listen"].origin) == ("127.0.0.1:1", "--listen")
    assert (found["signing.recv_window_ms"].value, found["signing.recv_window_ms"].origin) == (
        5000,
        "default",
    )
    assert len(found) == len(rows(_loaded({}), {}))


def test_an_api_key_is_shown_as_kind_and_length() -> None:
    account = {"api_key": KEY, "api_secret_file": "/x/secret"}
    found = {row.name: row.value for row in rows(_loaded({"accounts": {"main": account}}), {})}
    assert found["accounts.main.api_key"] == "HMAC key, 64 characters"
    assert found["accounts.main.api_secret_file"] == "/x/secret"


def test_variables_show_stars_and_their_names() -> None:
    environ = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET, "BINANCE_PRIVATE_KEY_FILE": "/x/pem"}
    found = [(row.name, row.value, row.origin) for row in rows(_loaded({}), environ)][-3:]
    assert found == [
        ("accounts.default.api_key", "RSA or Ed25519 key, 64 characters", "BINANCE_API_KEY"),
        ("accounts.default.api_secret", "********", "BINANCE_API_SECRET"),
        ("accounts.default.private_key_file", "/x/pem", "BINANCE_PRIVATE_KEY_FILE"),
    ]


def test_variables_that_count_for_nothing_are_not_shown() -> None:
    found = rows(_loaded({"accounts": {"main": {"api_key": KEY}}}), {"BINANCE_API_SECRET": SECRET})
    assert not [row for row in found if row.name.startswith("accounts.default")]
