"""The settings as rows of name, value and origin. API keys show as kind and length, secrets as stars."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from proxy.config.load import Loaded
from proxy.config.problems import Path, dotted
from proxy.core.key_shapes import could_be_key, described
from proxy.core.secret import STARS
from proxy.core.settings import AccountSettings
from proxy.credentials.sources import Place, Role, Source, from_environment, from_settings

_SETTING: Final = {
    Role.API_KEY: "api_key",
    Role.HMAC: "api_secret",
    Role.PEM: "private_key",
    Role.PASSPHRASE: "passphrase",
}
"""What a value from an environment variable is called."""
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_.~-]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `config show`. `value` is plain data, safe to print."""

    name: str
    value: Any
    origin: str


def rows(loaded: Loaded, environ: Mapping[str, str]) -> list[Row]:
    """All settings in the order of their definition, the accounts last."""
    tree = msgspec.to_builtins(loaded.settings)
    accounts = tree.pop("accounts")
    found = [Row(dotted(path), value, _origin(path, loaded)) for path, value in _leaves(tree, ())]
    for name, account in loaded.settings.accounts.items():
        found += _account_rows(name, account, accounts[name], loaded)
    variables = tuple(from_environment(environ))
    if not loaded.settings.accounts or "default" in loaded.settings.accounts:
        kind = _kind(variables)
        found += [_variable_row(source, kind, environ) for source in variables]
    return found


def _leaves(tree: dict[str, Any], above: Path) -> Iterator[tuple[Path, Any]]:
    for name, value in tree.items():
        path = (*above, name)
        if isinstance(value, dict):
            yield from _leaves(value, path)
        else:
            yield path, _shown(value)


def _shown(value: Any) -> Any:
    """A value, or each of a list; what could be a key is described. Lines of limits hold addresses, and are left."""
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return described(value) if isinstance(value, str) and could_be_key(value) else value


def _origin(path: Path, loaded: Loaded) -> str:
    return loaded.origins.get(dotted(path), "default")


def _account_rows(
    name: str, account: AccountSettings, plain: dict[str, Any], loaded: Loaded
) -> Iterator[Row]:
    """What the file says about one account; unset sources are left away."""
    kind = _kind(tuple(from_settings(name, account)))
    for key, value in plain.items():
        path = ("accounts", name, key)
        if value is not None:
            yield Row(dotted(path), _shown_source(key, value, kind), _origin(path, loaded))


def _variable_row(source: Source, kind: str, environ: Mapping[str, str]) -> Row:
    name = f"accounts.default.{_SETTING[source.role]}"
    if source.place is Place.FILE:
        return Row(f"{name}_file", _shown_file(source.reference), source.named)
    if source.role is Role.API_KEY:
        return Row(name, _key_shape(environ[source.reference], kind), source.named)
    return Row(name, STARS, source.named)


def _shown_source(key: str, value: Any, kind: str) -> Any:
    if key == "api_key":
        return _key_shape(value, kind)
    return _shown_file(value) if key.endswith("_file") else _shown_name(value)


def _shown_name(value: Any) -> Any:
    """The name of a variable or keyring, or what it is like where a key was given in its place."""
    return described(value) if isinstance(value, str) and could_be_key(value) else value


def _shown_file(path: str) -> str:
    """A path; of a file that is not there, only a name that looks like one: a secret may stand in its place."""
    if os.path.exists(path):  # noqa: PTH110  # any text
        return path
    directory, slash, name = path.rpartition("/")
    if could_be_key(path) or not _FILE_NAME.fullmatch(name):
        return described(name if not could_be_key(directory) else path)
    return f"{directory}{slash}{name}"


def _kind(sources: tuple[Source, ...]) -> str:
    roles = {source.role for source in sources}
    if Role.PEM in roles:
        return "RSA or Ed25519"
    return "HMAC" if Role.HMAC in roles else "unknown"


def _key_shape(value: str, kind: str) -> str:
    return f"{kind} key, {len(value)} characters"
