"""A bundle for a bug report: one zip with redacted lines, versions, settings and a note on how to read it."""

import io
import platform
import ssl
import sys
import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from typing import Any, Final

import msgspec

from proxy import __version__
from proxy.core.redaction import SCHEMA, encode_record
from proxy.core.settings import Settings
from proxy.evidence.anonymous import Kept
from proxy.journal.files import BUNDLED

_PACKAGES: Final = ("aiohttp", "cryptography", "msgspec", "uvloop", "yarl")
_SHOWN_TEXTS: Final = frozenset(
    {"environment", "signing.client_type", "log.format", "log.level", "policy.profiles", "policy.allow"}
)
"""Settings whose words come from a fixed vocabulary; of any other text only that it is set."""

_README: Final = """# Flows recorded by binance-signing-proxy {version}

- `flows.jsonl`: one redacted record a line, schema {schema}. The fields are explained in docs/journal.md of the
  project `binance-signing-proxy`.
- `versions.json`: program, Python and libraries.
- `settings.json`: numbers and switches of the configuration; of names, addresses and files only whether they
  were set.

Values that identify people, keys, orders or balances were removed before the first line was written. A mark
such as <order:1a2b3c4d5e:19> stands for one. Equal marks in this file mean equal values; the tags were made with
a key that existed for this file only, so they match no other file.

Read it with: signing-proxy explain BUNDLE.zip
"""


def bundle(records: Iterable[Kept], settings: Settings) -> tuple[bytes, bytes]:
    """The zip, and the plain texts of all its members together for the scan."""
    members = {
        "README.md": _README.format(version=__version__, schema=SCHEMA).encode(),
        BUNDLED: b"".join(encode_record(record) + b"\n" for record in records),
        "versions.json": _json(versions()),
        "settings.json": _json(shown_settings(settings)),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)  # without a date
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue(), b"\n".join([*map(str.encode, members), *members.values()])


def versions() -> dict[str, str]:
    """Versions that matter for a bug."""
    found = {
        "binance-signing-proxy": __version__,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "system": f"{platform.system()} {platform.machine()}",
        "openssl": ssl.OPENSSL_VERSION,
    }
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def shown_settings(settings: Settings) -> dict[str, Any]:
    """Every setting by its dotted name: numbers, switches and fixed words as they are, all else as set or not."""
    found: dict[str, Any] = {}
    for name, value in msgspec.to_builtins(settings).items():
        found |= _shown(name, value)
    return found


def _shown(name: str, value: Any) -> dict[str, Any]:
    if name in {"accounts", "endpoints"}:
        return {name: len(value)}
    if isinstance(value, Mapping):
        return {
            key: shown
            for part, inner in value.items()
            for key, shown in _shown(f"{name}.{part}", inner).items()
        }
    if value is None or isinstance(value, bool | int | float) or name in _SHOWN_TEXTS:
        return {name: value}
    return {name: "set" if value else "not set"}


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
