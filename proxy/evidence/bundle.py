"""A bundle of evidence: one zip, and in one folder of the same name a report, the flows in two forms, and scripts.

Made offline, readable without this program, checked by plain `sha256sum -c`.
"""

import io
import platform
import ssl
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Final

import msgspec

from proxy import __version__
from proxy.audit.run import Run
from proxy.core.foreign import Foreign, json_text
from proxy.core.redaction import SCHEMA, decode_foreign, encode_record
from proxy.core.settings import Settings
from proxy.evidence.anonymous import Kept
from proxy.evidence.audit_runs import file_of
from proxy.evidence.har import har_document
from proxy.evidence.report.blocks import Figure, LeftOut, Section
from proxy.evidence.report.html import html
from proxy.evidence.report.markdown import markdown
from proxy.evidence.report.material import Material
from proxy.evidence.report.page import sections_of
from proxy.evidence.report.story import Story, story_of
from proxy.evidence.repro import LANGUAGES, Call, call_of
from proxy.evidence.sums import NAME as SUMS, sums
from proxy.journal.files import BUNDLED, BUNDLED_HAR as HAR
from proxy.journal.seal import SUMS_SEAL, Seal

_PACKAGES: Final = ("aiohttp", "cryptography", "msgspec", "uvloop", "yarl")
_SHOWN_TEXTS: Final = frozenset(
    {"environment", "signing.client_type", "log.format", "log.level", "policy.profiles", "policy.allow"}
)
"""Settings whose words come from a fixed vocabulary; of any other text only that it is set."""
_EARLIEST: Final = 315_532_800
"""1980, in Unix seconds: a zip can bear no earlier date."""
_MOST_SCRIPTS: Final = 5
_FILES: Final = (
    ("report.md", "this report, for a ticket or forum"),
    ("report.html", "the same for a browser, without scripts"),
    ("*.svg", "the pictures of this report"),
    (HAR, "both sides of each request, for browsers and API tools (HAR 1.2)"),
    (BUNDLED, f"the same as recorded, a line each (schema {SCHEMA} of docs/journal.md)"),
    ("repro/", "requests that failed, as scripts that sign themselves with a key of yours"),
    ("versions.json", "programs and libraries"),
    ("settings.json", "numbers and switches; of names, addresses and files only whether they were set"),
    (SUMS, "what `sha256sum -c` reads"),
)


_SWEEPS: Final = (
    (
        "audit-*.jsonl",
        "the audit's sweeps, a line each; `signing-proxy audit history --journal FOLDER` shows them",
    ),
)
_SEALED: Final = ((SUMS_SEAL, "the signature over those sums, for `signing-proxy export verify`"),)


class About(msgspec.Struct, frozen=True):
    """What a bundle tells beside the flows."""

    made_ms: int
    """Unix ms."""
    settings: Settings
    name: str = ""
    """Of the folder; "" for the usual one, which has the date."""
    scheme: str = "http"
    """With which clients speak to the gateway."""
    private: bool = False
    keys: Mapping[str, str] = {}
    doctor: Sequence[Foreign] = ()
    runs: Sequence[Run] = ()
    """Sweeps of the audit, oldest first, fit for whom the bundle is for."""
    seal: Seal | None = None
    """What shows that nothing in it was changed since."""

    @property
    def folder(self) -> str:
        return (
            self.name
            or f"binance-evidence-{datetime.fromtimestamp(self.made_ms // 1000, UTC):%Y-%m-%dT%H-%M-%SZ}"
        )


def bundle(records: Iterable[Kept], about: About) -> tuple[bytes, bytes]:
    """The zip, and the plain texts of all its members together for the scan; the sums alone are not among them."""
    kept = list(records)
    members = _members(kept, about)
    summed = sums(members)
    if about.seal is not None:
        members[SUMS_SEAL] = about.seal.sums(summed)
    plain = b"\n".join([*map(str.encode, members), *members.values()])
    members[SUMS] = summed
    packed = io.BytesIO()
    date = datetime.fromtimestamp(max(about.made_ms / 1000, _EARLIEST), UTC).timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(f"{about.folder}/{name}", date)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue(), plain


def _members(kept: Sequence[Kept], about: About) -> dict[str, bytes]:
    story = story_of(decode_foreign(encode_record(record)) for record in kept)
    swept = dict([file_of(about.runs)]) if about.runs else {}
    material = Material(
        story=story,
        versions=versions(),
        private=about.private,
        keys=about.keys,
        doctor=about.doctor,
        files=(*_FILES, *_SWEEPS[: len(swept)], *(_SEALED if about.seal else ())),
        runs=about.runs,
        made_ms=about.made_ms,
        seal_key=about.seal.key.public if about.seal else "",
    )
    sections = sections_of(material)
    title = f"Evidence of {datetime.fromtimestamp(about.made_ms // 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
    return {
        "report.md": markdown(title, sections).encode(),
        "report.html": html(title, sections).encode(),
        **{figure.name: figure.svg.encode() for figure in _figures(sections)},
        HAR: json_text(har_document(kept, scheme=about.scheme), indent=1).encode("ascii") + b"\n",
        BUNDLED: _lines(kept, about),
        **swept,
        **_scripts(story),
        "versions.json": _json(material.versions),
        "settings.json": _json(shown_settings(about.settings)),
    }


def _lines(kept: Sequence[Kept], about: About) -> bytes:
    lines = map(encode_record, kept)
    if about.seal is not None:
        return about.seal.lines(lines, about.made_ms)
    return b"".join(line + b"\n" for line in lines)


def _figures(sections: Iterable[Section | LeftOut]) -> list[Figure]:
    found = (one.blocks for one in sections if isinstance(one, Section))
    return [block for blocks in found for block in blocks if isinstance(block, Figure)]


def _scripts(story: Story) -> dict[str, bytes]:
    """The newest failure of each endpoint, in every language. They end in `.txt`: gates of mail take scripts out."""
    newest: dict[str, Call] = {}
    for one in story.bad:
        call = call_of(one.flow)
        if isinstance(call, Call):
            newest.pop(call.name, None)
            newest[call.name] = call
    return {
        f"repro/{name}.{language.suffix}.txt": language.script(call).encode("ascii")
        for name, call in list(newest.items())[-_MOST_SCRIPTS:]
        for language in LANGUAGES.values()
    }


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
