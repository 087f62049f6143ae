"""`files`: can others read the secrets, or change the configuration?"""

import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from proxy.credentials.sources import Place, Role, from_environment, from_settings
from proxy.doctor.aside import aside
from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, skipped, warning
from proxy.doctor.system_words import system_words
from proxy.platform import files
from proxy.runtime.secret_file import SECRET_MOUNTS


class Kept(msgspec.Struct, frozen=True):
    """A file that holds a secret, and the setting that names it."""

    path: str
    named: str


async def run(patient: Patient) -> Finding:
    """In a thread: a disk that hangs must not hold up the others."""
    kept = tuple(_kept(patient))
    return await aside(lambda: _look(kept))


def _look(kept: tuple[Kept, ...]) -> Finding:
    if not kept:
        return skipped("no secret is kept in a file")
    wrong = [trouble for one in kept if (trouble := _trouble(one)) is not None]
    if wrong:
        says, fix = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        return failed(f"{says}{more}", fix)
    count = f"{len(kept)} private file" + ("" if len(kept) == 1 else "s")
    if not files.KEEPS_MODES:
        return warning(
            f"{count}; who may read them is not looked at on this system",
            'keep them in a folder that only you can enter: see "Other systems" in docs/security.md',
        )
    return good(f"{count}, readable by this user alone")


def _kept(patient: Patient) -> Iterator[Kept]:
    settings = patient.settings
    sources = [source for name, one in settings.accounts.items() for source in from_settings(name, one)]
    for source in (*sources, *from_environment(patient.environ)):
        if source.place is Place.FILE and source.role is not Role.API_KEY:
            yield Kept(source.reference, source.named)
    others = {
        "token_file": settings.token_file,
        "clients_file": settings.clients_file,
        "tls_key_file": settings.tls_key_file,
        "upstream.proxy_credentials_file": settings.upstream.proxy_credentials_file,
    }
    yield from (Kept(path, named) for named, path in others.items() if path is not None)


def _trouble(kept: Kept) -> tuple[str, str] | None:
    """What is wrong with a file, and how to mend it."""
    path = Path(kept.path).expanduser()
    try:
        facts = path.stat()
    except OSError as error:
        return (
            f"{path} ({kept.named}): {system_words(error)}",
            "check the path, and the rights of its directories",
        )
    if not stat.S_ISREG(facts.st_mode):
        return f"{path} ({kept.named}): is no regular file", "write the value into a file of mode 0600"
    if any(path.resolve().is_relative_to(mount) for mount in SECRET_MOUNTS):
        return None  # the container engine's, see runtime/secret_file.py
    if not files.is_own(facts):
        return (
            f"{path} ({kept.named}): belongs to another user",
            f"chown {files.own_user()} {path} && chmod 600 {path}",
        )
    if files.is_open_to_others(facts):
        mode = stat.S_IMODE(facts.st_mode)
        return f"{path} ({kept.named}): others can read it (mode {mode:04o})", f"chmod 600 {path}"
    return None


CHECK = Check(name="files", looks_at="modes and owners of the files that hold secrets", run=run)
