"""The mapping that stays at home: what the tags and numbers of one bundle were before, and a text put back by it.

It lies in the journal's directory, mode 0600, never in the bundle.
"""

import re
from pathlib import Path
from typing import Final

import msgspec

from proxy.core.errors import UsageError
from proxy.core.foreign import Foreign
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.evidence.files import write_export
from proxy.journal import open_regular

FOLDER: Final = "exports"
_MADE: Final = re.compile(r"<[a-z]{1,10}:[0-9a-f]{10}(?=[:>])|\b(?:account|client)-[0-9]{1,6}\b")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MOST_OCTETS: Final = 256 * 1024 * 1024
_MAPPING: Final = msgspec.json.Decoder(dict[str, str])


def keep_at_home(journal: Path, name: str, translations: dict[str, str]) -> Path:
    """Write the mapping of a bundle beside the journal. Raises UsageError."""
    folder = journal / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be made: {error.strerror}", "check who owns the journal's directory"
        ) from None
    path = folder / f"{name}.json"
    write_export(path, msgspec.json.encode(translations), replace=True)
    return path


def mapping(journal: Path, given: str) -> dict[str, str]:
    """The mapping of a bundle by its name, its file, or its own path. Raises UsageError."""
    name = Path(given).name.removesuffix(".zip").removesuffix(".json")
    path = journal / FOLDER / f"{name}.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise UsageError(
            "there is no mapping of a bundle of that name here",
            f"they lie in {FOLDER}/ of the journal's directory that the bundle was made of; name it with --journal",
        )
    with open_regular(path) as file:
        text = file.read(_MOST_OCTETS)
    try:
        return read_json(text, _MAPPING)
    except UnreadableError:
        raise UsageError(f"{path} is damaged", "make the bundle anew") from None


def put_back(text: Foreign, known: dict[str, str]) -> Foreign:
    """The text with the owner's names and tags where the bundle's stand; others stay."""
    return Foreign(_MADE.sub(lambda found: known.get(found[0], found[0]), text.raw))
