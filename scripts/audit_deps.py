"""Licence and age of each pinned dependency, and the advisories on them. `make audit-deps`.

    python -m scripts.audit_deps [--service-url URL]

Exit code 0: no advisory concerns a pin. 1: one does. 2: advisories could not be checked, which is no pass. Advisories
are asked for at OSV, by uv; URL is another service of the same form.
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from scripts.bootstrap import get_uv
from scripts.pinned_lock import locked, name_and_version, pins

CLEAN, FOUND, NOT_CHECKED = 0, 1, 2
NO_SOURCE = (
    "advisories not checked: no usable answer came, the list above is complete; "
    "run it where OSV can be reached, or with ARGS='--service-url URL'"
)
_LONGEST_LICENCE = 60


@dataclass(frozen=True)
class Pin:
    name: str
    version: str
    licence: str
    uploaded: datetime | None  # the first of its files

    def line(self, now: datetime) -> str:
        age = f"{(now - self.uploaded).days:>5} days" if self.uploaded else "  age unknown"
        return f"{self.name:<26} {self.version:<12} {age}  {self.licence}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.audit_deps", description=__doc__.splitlines()[0])
    parser.add_argument("--service-url", help="of the advisories; OSV without")
    arguments = parser.parse_args()
    uv, wanted = get_uv(), pins("dev.txt", "bootstrap.txt", "release.txt")
    with locked(uv, wanted, wanted) as folder:
        uploaded = upload_times(tomllib.loads((folder / "uv.lock").read_text("utf-8")))
        now = datetime.now(UTC)
        for name, version in sorted({*map(name_and_version, wanted)}):
            print(Pin(name, version, licence_of(name), uploaded.get((name, version))).line(now))
        code, lines = advisories(uv, folder, arguments.service_url)
    print("\n".join(lines))
    return code


def upload_times(lock: dict[str, Any]) -> dict[tuple[str, str], datetime]:
    """When each version was uploaded, as far as the index says."""
    found: dict[tuple[str, str], datetime] = {}
    for package in lock.get("package", []):
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        times = [moment(file["upload-time"]) for file in files if "upload-time" in file]
        if times:
            found[package["name"], package["version"]] = min(times)
    return found


def moment(told: datetime | str) -> datetime:
    return told if isinstance(told, datetime) else datetime.fromisoformat(told)


def licence_of(name: str) -> str:
    """What the installed package says of itself."""
    try:
        return licence(metadata(name))  # type: ignore[arg-type]  # a Message, by another name
    except PackageNotFoundError:
        return "not installed here"


def licence(told: Message) -> str:
    """The SPDX expression, else the short text, else the classifiers."""
    for field in ("License-Expression", "License"):
        text = " ".join(str(told.get(field, "")).split())
        if text and text != "UNKNOWN" and len(text) <= _LONGEST_LICENCE:
            return text
    classifiers = [str(one).split(" :: ") for one in told.get_all("Classifier", [])]
    return ", ".join(parts[-1] for parts in classifiers if parts[0] == "License") or "not said"


def advisories(uv: str, folder: Path, service_url: str | None) -> tuple[int, list[str]]:
    """Exit code, and what is to be said."""
    command = [uv, "audit", "--frozen", "--output-format", "json"]
    command += ["--preview-features", "audit-command,json-output"]
    command += ["--service-url", service_url] if service_url else []
    environment = os.environ | {
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_HTTP_RETRIES": "1",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    try:
        told = json.loads(done.stdout)
        checked, found = int(told["summary"]["audited_packages"]), list(told["vulnerabilities"])
    except (ValueError, KeyError, TypeError):
        return NOT_CHECKED, [NO_SOURCE]
    if not found and done.returncode == 0:
        return CLEAN, [f"advisories: none on {checked} packages"]
    return FOUND, [*said(found), f"advisories: {len(found)} on {checked} packages"]


def said(found: Iterable[dict[str, Any]]) -> Iterable[str]:
    for one in found:
        package, fixed = one["dependency"], ", ".join(one.get("fix_versions") or []) or "no version yet"
        yield f"{one['id']}: {package['name']} {package['version']}: {one.get('summary') or ''} (fixed in {fixed})"


if __name__ == "__main__":
    sys.exit(main())
