"""What is written by hand: the faults of named.toml, and the reasons of known.toml."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from scripts.mutants.draw import File
from scripts.mutants.faults import Fault, Mark, difference, line_of, spelled


def load_named(table: Path, files: Iterable[File], *, partly: bool = False) -> list[Fault]:
    """The faults by hand, `partly`: those of these files, not of others.

    Raises ValueError where the text to change is not there, or not once.
    """
    by_module = {file.module: file for file in files}
    return [
        _named(entry, by_module)
        for entry in tomllib.loads(table.read_text()).get("fault", [])
        if not partly or entry["module"] in by_module
    ]


def _named(entry: dict[str, str], files: dict[str, File]) -> Fault:
    name, file = entry["name"], files.get(entry["module"])
    if file is None:
        raise ValueError(f"{name}: no room has the module {entry['module']}")
    old, new = entry["old"].strip("\n"), entry["new"].strip("\n")
    if (found := file.text.count(old)) != 1:
        raise ValueError(f"{name}: the text to change stands {found} times in {entry['module']}: {old}")
    text = file.text.replace(old, new)
    differs = difference(file.text, text)
    if differs is None:
        raise ValueError(f"{name}: the change says the same")
    mark = Mark(file.module, name, *differs)
    line = line_of(file.text, text)
    return Fault(
        file.part.room,
        file.path,
        line,
        "by hand",
        mark,
        text,
        file.part.tests,
        name,
        entry["harm"],
        entry.get("known", ""),
    )


@dataclass(slots=True)
class Known:
    """Faults that may live, each with its reason."""

    reasons: dict[Mark, str]
    met: set[Mark] = field(default_factory=set)

    @classmethod
    def load(cls, table: Path) -> "Known":
        """An entry without a reason is none: ValueError."""
        reasons = {}
        for entry in tomllib.loads(table.read_text()).get("fault", []):
            mark = Mark(
                entry["module"], entry["function"], entry["old"].strip("\n"), entry["new"].strip("\n")
            )
            if not entry["why"].strip():
                raise ValueError(f"known without a reason: {mark.module} {mark.function}: {mark.new}")
            reasons[mark] = entry["why"].strip()
        return cls(reasons)

    def apply(self, fault: Fault) -> Fault:
        """The fault with the reason why it may live, if there is one."""
        return replace(fault, known=self.reasons[fault.mark]) if fault.mark in self.reasons else fault

    def gone(self, files: Iterable[File]) -> list[Mark]:
        """Entries whose statement is nowhere in their module any more."""
        spellings = {file.module: " ; ".join(line.strip() for line in spelled(file.text)) for file in files}
        return [
            mark
            for mark in self.reasons
            if mark.module not in spellings or mark.old.strip("…") not in spellings[mark.module]
        ]
