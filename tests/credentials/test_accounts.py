"""Accounts out of settings, variables, files and keyring; whatever is wrong stops the start."""

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from proxy.config.convert import convert
from proxy.config.problems import ConfigErrors
from proxy.core.errors import ConfigError
from proxy.core.settings import Settings
from proxy.core.signing import HmacKey, KeyType
from proxy.core.signing.algorithms import PrivateKey
from proxy.credentials.accounts import Account, Accounts, load_accounts, read_token, remove_secrets
from tests.credentials.test_sources import FakeKeyring

KEY = "testKEY9" * 8
OTHER_KEY = "testKEY8" * 8
SECRET = "testSEC7" * 8
VECTORS = {
    vector["name"]: vector
    for vector in json.loads((Path(__file__).parents[1] / "data/signing-vectors.json").read_text())["vectors"]
}
ED25519 = VECTORS["connector-ed25519-pkcs8"]["secret_or_private_key"]
RSA_LOCKED = VECTORS["connector-rsa-pkcs8-encrypted"]["secret_or_private_key"]
RSA_PASSPHRASE = VECTORS["connector-rsa-pkcs8-encrypted"]["private_key_password"]
HMAC_ENVIRON = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET}


def _settings(data: dict[str, Any]) -> Settings:
    conversion = convert(data)
    assert conversion.problems == []
    return conversion.settings


def _private(tmp_path: Path, text: str, name: str = "secret") -> str:
    path = tmp_path / name
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def test_no_key_at_all_is_no_error() -> None:
    accounts = load_accounts(Settings(), {})
    assert len(accounts) == 0
    assert accounts.default is None
    assert accounts.secrets() == ()


@pytest.mark.parametrize("variable", ["BINANCE_API_SECRET", "BINANCE_SECRET_KEY"])
def test_variables_make_the_account_default_with_a_warning(variable: str) -> None:
    accounts = load_accounts(Settings(), {"BINANCE_API_KEY": KEY, variable: SECRET})
    account = accounts.default
    assert account is not None
    assert (account.name, account.environment, account.api_key) == ("default", "production", KEY)
    assert isinstance(account.signing, HmacKey)
    assert account.signing.secret.reveal() == SECRET.encode()
    (warning,) = accounts.warnings
    assert warning.startswith(
        f"{variable}: a secret in the environment can be seen by other programs; better a file"
    )


def test_files_make_the_account_default_without_a_warning(tmp_path: Path) -> None:
    environ = {
        "BINANCE_API_KEY_FILE": _private(tmp_path, KEY + "\n", "key"),
        "BINANCE_API_SECRET_FILE": _private(tmp_path, SECRET + "\n"),
    }
    accounts = load_accounts(Settings(), environ)
    assert accounts.default is not None
    assert accounts.default.api_key == KEY
    assert accounts.warnings == ()


@pytest.mark.parametrize(
    "name", ["connector-ed25519-pkcs8", "connector-rsa-pkcs8", "connector-rsa-pkcs8-encrypted"]
)
def test_private_keys_sign_the_published_vectors(tmp_path: Path, name: str) -> None:
    """The keys and signatures stand in the tests of binance-connector-python."""
    vector = VECTORS[name]
    environ = {
        "BINANCE_API_KEY": KEY,
        "BINANCE_PRIVATE_KEY_FILE": _private(tmp_path, vector["secret_or_private_key"]),
    }
    if vector["private_key_password"]:
        environ["BINANCE_PRIVATE_KEY_PASSPHRASE_FILE"] = _private(
            tmp_path, vector["private_key_password"] + "\n", "p"
        )
    accounts = load_accounts(Settings(), environ)
    assert accounts.default is not None
    assert accounts.default.signing.key_type in (KeyType.ED25519, KeyType.RSA)
    assert accounts.default.signing.sign(vector["string_to_sign"].encode()) == vector["expected_signature"]


def test_a_configured_account_takes_its_values_from_where_the_file_says(tmp_path: Path) -> None:
    data = {
        "default_account": "main",
        "accounts": {
            "main": {"api_key": KEY, "api_secret_keyring": "binance/main"},
            "other": {"environment": "testnet", "api_key_env": "MY_KEY", "private_key_env": "MY_PEM"},
        },
    }
    keyring = FakeKeyring({("binance", "main"): SECRET})
    accounts = load_accounts(_settings(data), {"MY_KEY": OTHER_KEY, "MY_PEM": ED25519}, keyring=keyring)
    assert [account.name for account in accounts] == ["main", "other"]
    assert accounts.default is accounts.get("main")
    other = accounts.get("other")
    assert other is not None
    assert (other.environment, other.api_key, other.signing.key_type) == (
        "testnet",
        OTHER_KEY,
        KeyType.ED25519,
    )
    assert accounts.get("nobody") is None


def test_variables_complete_the_account_default_and_no_other() -> None:
    completed = load_accounts(
        _settings({"accounts": {"default": {"api_key": KEY, "environment": "us"}}}),
        {"BINANCE_API_SECRET": SECRET},
    )
    assert completed.default is not None
    assert completed.default.environment == "us"
    data = {"accounts": {"main": {"api_key": KEY, "api_secret_env": "MINE"}}}
    accounts = load_accounts(_settings(data), {"MINE": SECRET, **HMAC_ENVIRON})
    assert [account.name for account in accounts] == ["main"]
    assert "BINANCE_API_KEY, BINANCE_API_SECRET: not used" in accounts.warnings[0]


def test_the_only_account_is_the_default_one_and_of_several_the_one_called_so() -> None:
    one = {"api_key": KEY, "api_secret_env": "S"}
    for names, default in ((["a"], "a"), (["a", "default"], "default"), (["a", "b"], None)):
        accounts = load_accounts(_settings({"accounts": dict.fromkeys(names, one)}), {"S": SECRET})
        assert accounts.default_name == default
        assert any("X-Gateway-Account" in warning for warning in accounts.warnings) is (default is None)


FAULTS = [
    ({"BINANCE_API_KEY": KEY}, "account default has no HMAC secret or private key"),
    ({"BINANCE_API_SECRET": SECRET}, "account default has no API key"),
    (
        {**HMAC_ENVIRON, "BINANCE_SECRET_KEY": SECRET},
        "account default has 2 sources for its HMAC secret or private key: BINANCE_API_SECRET, BINANCE_SECRET_KEY",
    ),
    (
        {**HMAC_ENVIRON, "BINANCE_API_SECRET_FILE": "/x"},
        "account default has 2 sources for its HMAC secret or private key: BINANCE_API_SECRET, BINANCE_API_SECRET_F",
    ),
    (
        {**HMAC_ENVIRON, "BINANCE_PRIVATE_KEY": ED25519},
        "account default has 2 sources for its HMAC secret or private key: BINANCE_API_SECRET, BINANCE_PRIVATE_KEY",
    ),
    ({**HMAC_ENVIRON, "BINANCE_API_KEY_FILE": "/x"}, "account default has 2 sources for its API key"),
    (
        {**HMAC_ENVIRON, "BINANCE_PRIVATE_KEY_PASSPHRASE": "x"},
        "BINANCE_PRIVATE_KEY_PASSPHRASE: an HMAC secret has no",
    ),
    (
        {**HMAC_ENVIRON, "BINANCE_API_SECRET": KEY},
        "BINANCE_API_SECRET: the HMAC secret is the same text as the API key",
    ),
    ({**HMAC_ENVIRON, "BINANCE_API_SECRET": ED25519}, "BINANCE_API_SECRET: the HMAC secret is a PEM key"),
    ({**HMAC_ENVIRON, "BINANCE_API_KEY": "undefined"}, "BINANCE_API_KEY: the API key is a placeholder"),
    ({**HMAC_ENVIRON, "BINANCE_API_KEY": KEY[:-1]}, "BINANCE_API_KEY: the API key has 63 characters"),
    ({**HMAC_ENVIRON, "BINANCE_API_KEY": ED25519}, "BINANCE_API_KEY: the API key is a PEM key"),
    (
        {"BINANCE_API_KEY": KEY, "BINANCE_PRIVATE_KEY": SECRET},
        "BINANCE_PRIVATE_KEY: the private key is an HMAC secret",
    ),
    (
        {"BINANCE_API_KEY": KEY, "BINANCE_PRIVATE_KEY": RSA_LOCKED},
        "BINANCE_PRIVATE_KEY: the private key is encrypted and no passphrase was given",
    ),
    (
        {
            "BINANCE_API_KEY": KEY,
            "BINANCE_PRIVATE_KEY": RSA_LOCKED,
            "BINANCE_PRIVATE_KEY_PASSPHRASE": "wrong",
        },
        "BINANCE_PRIVATE_KEY: the private key cannot be read, or its passphrase is wrong",
    ),
    (
        {"BINANCE_API_KEY": KEY, "BINANCE_PRIVATE_KEY": ED25519, "BINANCE_PRIVATE_KEY_PASSPHRASE": "x"},
        "BINANCE_PRIVATE_KEY: a passphrase was given but the private key is not encrypted",
    ),
    (
        {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_FILE": "/nowhere/x"},
        "/nowhere/x: does not exist (BINANCE_API_SECRET",
    ),
]


@pytest.mark.parametrize(("environ", "says"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_one_line_and_holds_no_value(environ: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_accounts(Settings(), environ)
    told = caught.value.message + caught.value.hint
    assert caught.value.message.startswith(says)
    assert "\n" not in caught.value.message
    for value in (KEY[:12], SECRET[:12], ED25519[40:60], RSA_LOCKED[60:90]):
        assert value not in told


def test_faults_of_several_accounts_are_told_at_once() -> None:
    data = {"accounts": {"a": {"api_key": "null", "api_secret_env": "S"}, "b": {"api_key": KEY}}}
    with pytest.raises(ConfigErrors) as caught:
        load_accounts(_settings(data), {"S": "xxx"})
    assert [problem.message for problem in caught.value.problems] == [
        "accounts.a.api_key: the API key is a placeholder",
        "S: the HMAC secret is a placeholder",
        "account b has no HMAC secret or private key",
    ]


@pytest.mark.parametrize(
    ("environ", "hint"),
    [
        ({}, "write one of api_secret_file, "),
        (
            {"BINANCE_API_SECRET_FILE": "/s"},
            "BINANCE_API_SECRET_FILE counts for the account `default` alone; call this one so, or write one of",
        ),
        ({"BINANCE_API_KEY": KEY}, "write one of api_secret_file, "),
    ],
)
def test_an_account_with_a_name_of_its_own_is_not_sent_to_the_variables(
    environ: dict[str, str], hint: str
) -> None:
    with pytest.raises(ConfigError, match="account main has no HMAC secret") as caught:
        load_accounts(_settings({"accounts": {"main": {"api_key": KEY}}}), environ)
    assert caught.value.hint.startswith(hint)
    assert caught.value.hint.endswith("under accounts.main in the configuration")


def test_a_default_account_that_no_variable_made_is_told() -> None:
    with pytest.raises(ConfigError, match="default_account names no account"):
        load_accounts(_settings({"default_account": "default"}), {})


@pytest.mark.parametrize(
    "data",
    [
        {"upstream": {"unsafe_url": "http://127.0.0.1:9"}},
        {"upstream": {"unsafe_url": "http://127.0.0.1:9"}, "environment": "sandbox"},
    ],
)
def test_towards_a_sandbox_short_and_published_keys_are_taken(data: dict[str, Any]) -> None:
    published = VECTORS["spot-hmac-ascii-query"]
    for key, secret in (("sandbox-1", "short"), (published["api_key"], published["secret_or_private_key"])):
        accounts = load_accounts(_settings(data), {"BINANCE_API_KEY": key, "BINANCE_API_SECRET": secret})
        assert accounts.default is not None
        assert accounts.default.api_key == key


def test_published_keys_are_refused_on_production() -> None:
    published = VECTORS["spot-hmac-ascii-query"]
    environ = {
        "BINANCE_API_KEY": published["api_key"],
        "BINANCE_API_SECRET": published["secret_or_private_key"],
    }
    with pytest.raises(ConfigErrors, match="published example"):
        load_accounts(Settings(), environ)
    assert load_accounts(Settings(environment="testnet"), environ).default is not None


def test_a_key_that_looks_like_the_futures_testnets_is_a_warning_on_production() -> None:
    environ = {"BINANCE_API_KEY": "0123456789abcdef" * 4, "BINANCE_API_SECRET": SECRET}
    assert any("futures testnet" in warning for warning in load_accounts(Settings(), environ).warnings)
    assert not any(
        "futures" in one for one in load_accounts(Settings(environment="testnet"), environ).warnings
    )


def test_everything_secret_is_handed_over_for_sweeping(tmp_path: Path) -> None:
    data = {
        "accounts": {
            "a": {"api_key": KEY, "api_secret_env": "S"},
            "b": {"api_key": KEY, "private_key_env": "P", "passphrase_env": "PP"},
        }
    }
    accounts = load_accounts(_settings(data), {"S": SECRET, "P": RSA_LOCKED, "PP": RSA_PASSPHRASE})
    revealed = [secret.reveal().decode() for secret in accounts.secrets()]
    body = "".join(RSA_LOCKED.split("-----")[2].split())
    assert revealed == [SECRET, RSA_LOCKED, body, RSA_PASSPHRASE]


def test_an_account_cannot_be_made_to_show_its_key_or_secret() -> None:
    account = load_accounts(Settings(), HMAC_ENVIRON).default
    assert account is not None
    for shown in (repr(account), str(account), f"{account}", repr(Accounts({"a": account}))):
        assert KEY not in shown
        assert SECRET not in shown
    for attempt in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="not copied, pickled or serialised"):
            attempt(account)


def test_the_secrets_are_taken_out_of_the_environment_and_the_rest_stays() -> None:
    settings = _settings(
        {"accounts": {"m": {"api_key_env": "K", "api_secret_env": "S", "passphrase_env": "PP"}}}
    )
    environ = {
        **HMAC_ENVIRON,
        "BINANCE_SECRET_KEY": "x",
        "BINANCE_PRIVATE_KEY": "x",
        "S": "x",
        "K": "k",
        "HOME": "/",
    }
    environ["BINANCE_API_SECRET_FILE"] = "/x"
    removed = remove_secrets(settings, environ)
    assert sorted(removed) == ["BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_SECRET_KEY", "S"]
    assert environ == {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_FILE": "/x", "K": "k", "HOME": "/"}


def test_accounts_can_be_made_by_hand() -> None:
    account = load_accounts(Settings(), HMAC_ENVIRON).default
    assert isinstance(account, Account)
    accounts = Accounts({"default": account}, "default")
    assert accounts.default is account
    assert len(accounts.secrets()) == 1


@pytest.mark.parametrize(
    "token", ["short", "with space in the middle of it", "tab\tin the middle of it", "ü" * 20, "\n"]
)
def test_a_token_that_cannot_travel_in_a_header_is_refused(tmp_path: Path, token: str) -> None:
    path = _private(tmp_path, token)
    with pytest.raises(ConfigError) as caught:
        read_token(path)
    assert path in caught.value.message
    assert token not in caught.value.message or token == "\n"


def test_a_token_is_read_without_its_line_break(tmp_path: Path) -> None:
    assert read_token(_private(tmp_path, "0123456789abcdef" * 4 + "\n")).reveal() == b"0123456789abcdef" * 4


def test_who_only_recomputes_takes_a_private_key_for_what_it_is() -> None:
    """It stands where the HMAC secret belongs: the gateway refuses that, `explain` explains it."""
    accounts = load_accounts(Settings(), {"BINANCE_API_SECRET": ED25519}, keyless=True)
    account = accounts.default
    assert account is not None
    assert isinstance(account.signing, PrivateKey)
    assert account.signing.text is not None
    assert account.signing.text.reveal() == ED25519.encode()
    assert "BINANCE_API_SECRET: this is a private key (PEM), not an HMAC secret" in " ".join(
        accounts.warnings
    )
    assert ED25519.encode() in {secret.reveal() for secret in accounts.secrets()}
