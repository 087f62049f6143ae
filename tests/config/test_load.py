"""Flag over variable over file over default, with the origin of each value; all problems at once."""

from pathlib import Path

import pytest

from proxy.config.load import Overrides, load_settings
from proxy.config.problems import ConfigErrors
from proxy.core.errors import ConfigError
from proxy.core.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without a config.yaml."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")


def _file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    return str(path)


def test_without_anything_the_defaults_hold() -> None:
    loaded = load_settings(environ={})
    assert loaded.settings == Settings()
    assert loaded.path is None
    assert loaded.origins == {}


@pytest.mark.parametrize(
    ("flag", "variable", "in_file", "value", "origin"),
    [
        ("127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:1", "--listen"),
        (None, "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:2", "SIGNING_PROXY_LISTEN"),
        (None, "", "127.0.0.1:3", "127.0.0.1:3", "{file}:1"),
        (None, None, "127.0.0.1:3", "127.0.0.1:3", "{file}:1"),
        (None, None, None, "localhost:8180", None),
    ],
)
def test_the_nearest_source_wins_and_is_named(
    tmp_path: Path,
    flag: str | None,
    variable: str | None,
    in_file: str | None,
    value: str,
    origin: str | None,
) -> None:
    config = _file(tmp_path, f"listen: {in_file}\n") if in_file else None
    environ = {} if variable is None else {"SIGNING_PROXY_LISTEN": variable}
    loaded = load_settings(Overrides(config=config, listen=flag), environ)
    assert loaded.settings.listen == value
    assert loaded.origins.get("listen") == (origin.format(file=config) if origin else None)


def test_each_switch_sets_its_setting() -> None:
    environ = {
        "SIGNING_PROXY_LISTEN": "127.0.0.1:1",
        "SIGNING_PROXY_ADMIN": "127.0.0.1:2",
        "SIGNING_PROXY_JOURNAL": "j",
        "SIGNING_PROXY_ENVIRONMENT": "demo",
    }
    flags = Overrides(unsafe_upstream="http://127.0.0.1:9", allow_host=("gateway", "signer"))
    settings = load_settings(flags, environ).settings
    assert (settings.listen, settings.admin) == ("127.0.0.1:1", "127.0.0.1:2")
    assert (settings.journal.directory, settings.environment) == ("j", "demo")
    assert settings.upstream.unsafe_url == "http://127.0.0.1:9"
    assert settings.allow_hosts == ("gateway", "signer")


@pytest.mark.parametrize(
    ("flag", "variable", "profiles", "origin"),
    [
        (("spot", "merchant"), "margin", ("spot", "merchant"), "--profile"),
        (None, "spot, merchant", ("spot", "merchant"), "SIGNING_PROXY_PROFILE"),
        (None, "read-only", ("read-only",), "SIGNING_PROXY_PROFILE"),
        (None, None, ("futures",), "{file}:3"),
    ],
)
def test_profiles_are_chosen_without_a_file_and_over_one(
    tmp_path: Path,
    flag: tuple[str, ...] | None,
    variable: str | None,
    profiles: tuple[str, ...],
    origin: str,
) -> None:
    config = _file(tmp_path, "policy:\n  read_only: true\n  profiles: [futures]\n")
    environ = {} if variable is None else {"SIGNING_PROXY_PROFILE": variable}
    loaded = load_settings(Overrides(config=config, profile=flag), environ)
    assert (loaded.settings.policy.profiles, loaded.settings.policy.read_only) == (profiles, True)
    assert loaded.origins["policy.profiles"] == origin.format(file=config)
    if variable or flag:
        assert load_settings(Overrides(profile=flag), environ).settings.policy.profiles == profiles


def test_a_profile_that_there_is_not_is_told_with_its_variable() -> None:
    with pytest.raises(
        ConfigError, match=r"SIGNING_PROXY_PROFILE: policy\.profiles\[1\] must be one of"
    ) as caught:
        load_settings(environ={"SIGNING_PROXY_PROFILE": "spot,merchnat"})
    assert caught.value.hint == "did you mean merchant?"


def test_the_file_is_named_by_flag_or_variable_or_found_in_the_working_directory(tmp_path: Path) -> None:
    config = _file(tmp_path, "environment: us\n")
    assert load_settings(Overrides(config=config), {}).settings.environment == "us"
    assert load_settings(environ={"SIGNING_PROXY_CONFIG": config}).settings.environment == "us"
    Path("config.yaml").write_text("environment: testnet\n")
    assert load_settings(environ={}).settings.environment == "testnet"
    assert load_settings(Overrides(config=config), {}).settings.environment == "us"


def test_a_file_that_was_named_must_be_there() -> None:
    with pytest.raises(ConfigError, match=r"nothing\.yaml: cannot be read: No such file"):
        load_settings(Overrides(config="nothing.yaml"), {})


def test_paths_in_the_file_count_from_the_file_and_others_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    text = "token_file: t\njournal: {directory: /var/j}\naccounts: {m: {api_secret_file: ~/s, api_key_file: k/x}}\n"
    config = _file(tmp_path, text)
    settings = load_settings(Overrides(config=config), {}).settings
    assert settings.token_file == str(tmp_path / "t")
    assert settings.journal.directory == "/var/j"
    assert settings.accounts["m"].api_secret_file == "/home/someone/s"
    assert settings.accounts["m"].api_key_file == str(tmp_path / "k/x")
    assert load_settings(Overrides(config=config, journal="here"), {}).settings.journal.directory == "here"


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        "listen: 0.0.0.0:1\nlog: {level: loud}\nenviroment: demo\nupstream:\n  unsafe_url: http://10.0.0.1\n"
    )
    config = _file(tmp_path, text)
    with pytest.raises(ConfigErrors) as caught:
        load_settings(Overrides(config=config, admin="nonsense"), {})
    lines = [problem.message for problem in caught.value.problems]
    assert [line.removeprefix(config).split(" ")[0] for line in lines] == [
        ":1:",
        ":2:",
        ":3:",
        ":5:",
        "--admin:",
    ]
    assert caught.value.message == "\n".join(lines)


def test_a_fault_is_told_once_and_not_again_as_its_consequence(tmp_path: Path) -> None:
    """token_file is unreadable here, so nothing is said about a missing token."""
    config = _file(tmp_path, "listen: 0.0.0.0:1\ntoken_file: [x]\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(Overrides(config=config), {})
    assert caught.value.message == f"{config}:2: token_file must be text, not a list"


def test_a_flag_over_a_group_that_is_none_is_told_as_the_files_fault(tmp_path: Path) -> None:
    config = _file(tmp_path, "journal: here\n")
    with pytest.raises(ConfigError, match="journal must be a group"):
        load_settings(Overrides(config=config, journal="x"), {})


def test_a_flag_fills_a_group_that_the_file_left_empty(tmp_path: Path) -> None:
    config = _file(tmp_path, "journal:\n")
    assert load_settings(Overrides(config=config, journal="x"), {}).settings.journal.directory == "x"


def test_a_misspelt_variable_is_a_warning_and_kubernetes_own_are_not() -> None:
    environ = {
        "SIGNING_PROXY_LISTN": "x",
        "SIGNING_PROXY_PORT": "tcp://10.0.0.1:8180",
        "SIGNING_PROXY_SERVICE_HOST": "x",
    }
    assert load_settings(environ=environ).warnings == (
        "SIGNING_PROXY_LISTN has no effect; did you mean SIGNING_PROXY_LISTEN?",
    )


def test_a_listening_address_beyond_loopback_without_token_names_token_and_flag() -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(Overrides(listen="0.0.0.0:8180"), {})
    assert "\n" not in caught.value.message
    assert caught.value.message.startswith("--listen: listen (0.0.0.0)")
    assert "token_file" in caught.value.message


def test_a_fault_in_a_list_from_a_flag_is_the_flags_and_not_the_files(tmp_path: Path) -> None:
    config = _file(tmp_path, "allow_hosts:\n  - fine\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(Overrides(config=config, allow_host=("http://x",)), {})
    assert caught.value.message == "--allow-host: allow_hosts[0] must be a bare host name"


def test_doubtful_limits_are_warnings(tmp_path: Path) -> None:
    text = "policy:\n  limits:\n    - {applies_to: POST /api/v3/order, max_quantity: 1}\n"
    loaded = load_settings(Overrides(config=_file(tmp_path, text)), {})
    (warning,) = loaded.warnings
    assert warning.startswith("policy.limits leave 9 operations of profile spot without a limit")
