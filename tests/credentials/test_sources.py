"""Where values come from, and that the keyring's troubles are told and never its contents."""

import sys
from pathlib import Path
from typing import Any

import pytest

from proxy.config.checks import SOURCES
from proxy.core.errors import ConfigError
from proxy.core.settings import AccountSettings
from proxy.credentials.sources import SETTINGS, Place, Role, Source, fetch, from_environment, from_settings


class FakeKeyring:
    """Entries by service and user; keeps what it was asked for."""

    def __init__(self, entries: dict[tuple[str, str], str], fault: Exception | None = None) -> None:
        self.entries, self.fault, self.asked = entries, fault, list[tuple[str, str]]()

    def get_password(self, service_name: str, username: str, /) -> str | None:
        self.asked.append((service_name, username))
        if self.fault:
            raise self.fault
        return self.entries.get((service_name, username))


def _keyring_source(reference: str = "binance/main") -> Source:
    return Source(Role.HMAC, Place.KEYRING, reference, "accounts.main.api_secret_keyring")


def test_every_setting_of_an_account_but_its_environment_is_a_source() -> None:
    assert {*AccountSettings.__struct_fields__} == {*SETTINGS, "environment"}
    each: dict[str, Any] = dict.fromkeys(SETTINGS, "x")
    full = AccountSettings(**each)
    assert [source.named for source in from_settings("m", full)] == [f"accounts.m.{key}" for key in SETTINGS]


@pytest.mark.parametrize(
    ("variable", "role", "place"),
    [
        ("BINANCE_API_KEY", Role.API_KEY, Place.ENVIRONMENT),
        ("BINANCE_API_KEY_FILE", Role.API_KEY, Place.FILE),
        ("BINANCE_API_SECRET", Role.HMAC, Place.ENVIRONMENT),
        ("BINANCE_API_SECRET_FILE", Role.HMAC, Place.FILE),
        ("BINANCE_SECRET_KEY", Role.HMAC, Place.ENVIRONMENT),
        ("BINANCE_SECRET_KEY_FILE", Role.HMAC, Place.FILE),
        ("BINANCE_PRIVATE_KEY", Role.PEM, Place.ENVIRONMENT),
        ("BINANCE_PRIVATE_KEY_FILE", Role.PEM, Place.FILE),
        ("BINANCE_PRIVATE_KEY_PASSPHRASE", Role.PASSPHRASE, Place.ENVIRONMENT),
        ("BINANCE_PRIVATE_KEY_PASSPHRASE_FILE", Role.PASSPHRASE, Place.FILE),
    ],
)
def test_each_variable_is_one_source(variable: str, role: Role, place: Place) -> None:
    (source,) = from_environment({variable: "value", "BINANCE_OTHER": "x"})
    assert (source.role, source.place, source.named) == (role, place, variable)
    assert source.reference == ("value" if place is Place.FILE else variable)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert list(from_environment({"BINANCE_API_SECRET": "", "BINANCE_API_SECRET_FILE": ""})) == []


def test_an_entry_of_the_keyring_is_asked_for_by_service_and_user() -> None:
    keyring = FakeKeyring({("binance", "a/b"): "test-secret"})
    assert fetch(_keyring_source("binance/a/b"), {}, keyring).reveal() == b"test-secret"
    assert keyring.asked == [("binance", "a/b")]


@pytest.mark.parametrize(
    ("keyring", "says"),
    [
        (FakeKeyring({}), r"binance/main \(accounts.main.api_secret_keyring\): no such entry"),
        (FakeKeyring({}, RuntimeError("CANARY")), r"the OS keyring failed \(RuntimeError\)"),
    ],
)
def test_the_keyrings_troubles_are_told_without_its_words(keyring: FakeKeyring, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        fetch(_keyring_source(), {}, keyring)
    assert "CANARY" not in caught.value.message + caught.value.hint


def test_a_missing_keyring_package_is_told_with_the_command_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match="needs a package that is not installed") as caught:
        fetch(_keyring_source(), {}, None)
    assert "pip install 'binance-signing-proxy[keyring]'" in caught.value.hint


@pytest.mark.parametrize(("environ", "state"), [({}, "is not set"), ({"MINE": ""}, "is empty")])
def test_a_variable_that_the_file_names_must_be_there(environ: dict[str, str], state: str) -> None:
    source = Source(Role.HMAC, Place.ENVIRONMENT, "MINE", "accounts.m.api_secret_env")
    with pytest.raises(ConfigError, match=rf"MINE {state} \(accounts.m.api_secret_env\)"):
        fetch(source, environ, None)


def test_an_api_key_file_may_be_readable_by_all_and_a_secret_file_not(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("test\n")
    path.chmod(0o644)
    assert fetch(Source(Role.API_KEY, Place.FILE, str(path), "x"), {}, None).reveal() == b"test"
    for role in (Role.HMAC, Role.PEM, Role.PASSPHRASE):
        with pytest.raises(ConfigError, match="needs mode 0600"):
            fetch(Source(role, Place.FILE, str(path), "x"), {}, None)


def test_every_source_has_its_line_of_those_that_exclude_each_other() -> None:
    assert sorted(name for names in SOURCES.values() for name in names) == sorted(SETTINGS)
