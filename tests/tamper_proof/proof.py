"""So many random edits, each looked at by the product, and by another reader where a chain is whole."""

import io
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from proxy.journal.bundle_check import verify_zip
from proxy.journal.verification import Kind, Report, Source, verify
from tests.tamper_proof.bundles import bundle, packed, tampered
from tests.tamper_proof.edits import EDITS
from tests.tamper_proof.journals import Files, Sample, samples
from tests.tamper_proof.like_a_kill import is_like_a_kill, leaves_no_trace
from tests.tamper_proof.plain_reader import is_whole

ONE_CHAIN = ("rotated", "killed")
"""What the other reader can read: one chain from its first line on, without torn pieces."""
RENEWED = 200
"""After so many edits other journals are made."""


@dataclass
class Outcome:
    """What became of the edits."""

    found: Counter[str] = field(default_factory=Counter)
    like_a_kill: Counter[str] = field(default_factory=Counter)
    no_trace: Counter[str] = field(default_factory=Counter)
    """The newest run was taken away whole: nothing here can know that it was."""
    missed: list[str] = field(default_factory=list)
    accused: list[str] = field(default_factory=list)
    """Right ones that were called broken."""
    disagreed: list[str] = field(default_factory=list)
    """Where the other reader saw what the product did not."""

    @property
    def edits(self) -> int:
        told = self.found.total() + self.like_a_kill.total()
        return told + self.no_trace.total() + len(self.missed)


def look(files: Files, *keys: str) -> Report:
    sources = [Source(name, partial(io.BytesIO, octets)) for name, octets in sorted(files.items())]
    return verify(sources, Kind(whole=True), keys)


def prove(edits: int, seed: int) -> Outcome:
    """One edit in four is of a bundle."""
    draw, outcome = random.Random(seed), Outcome()
    with tempfile.TemporaryDirectory(prefix="tamper-proof-") as folder:
        while outcome.edits < edits:
            made = samples(draw)
            for sample in made:
                _judge_right(sample, outcome)
            sealed = bundle(made[0].seed, draw)
            for _ in range(min(RENEWED, edits - outcome.edits)):
                if draw.random() < 0.25:
                    _judge_bundle(sealed, made[0].key, draw, outcome, Path(folder) / "bundle.zip")
                else:
                    _judge_edit(draw.choice(made), draw, outcome)
    return outcome


def _judge_right(sample: Sample, outcome: Outcome) -> None:
    report = look(sample.files, sample.key)
    outcome.accused += [f"{sample.name}: {one}" for one in report.breaks]
    if sample.name in ONE_CHAIN and not is_whole(sample.files, sample.key):
        outcome.disagreed.append(f"{sample.name}: right for the product alone")


def _judge_edit(sample: Sample, draw: random.Random, outcome: Outcome) -> None:
    edit = draw.choice(EDITS)
    edited = edit(sample.files, draw)
    if edited is None or edited == sample.files:
        return
    name = edit.__name__
    report = look(edited, sample.key)
    if report.breaks:
        outcome.found[name] += 1
    elif is_like_a_kill(sample.files, edited) and report.like_a_kill:
        outcome.like_a_kill[name] += 1
    elif is_like_a_kill(sample.files, edited) and leaves_no_trace(sample.files, edited):
        outcome.no_trace[name] += 1
    else:
        outcome.missed.append(f"{sample.name}: {name}: {_difference(sample.files, edited)}")
    if sample.name in ONE_CHAIN and report.breaks and _stays_whole(edited, sample):
        outcome.disagreed.append(f"{name}: broken for the product alone: {report.breaks[0]}")


def _stays_whole(edited: Files, sample: Sample) -> bool:
    """Whether the other reader sees nothing in it, where it can know of it: not of files or lines at the end that are
    not there, and not of what an unsigned end said of other files."""
    if is_like_a_kill(sample.files, edited):
        return False
    return [*edited] == [*sample.files] and is_whole(dict(sorted(edited.items())), sample.key)


def _judge_bundle(files: Files, key: str, draw: random.Random, outcome: Outcome, path: Path) -> None:
    edited = tampered(files, draw)
    if edited is None or edited == files or "flows.jsonl" not in edited:
        return
    path.write_bytes(packed(edited))
    if verify_zip(path, [key]).breaks:
        outcome.found["bundle"] += 1
    else:
        outcome.missed.append(f"bundle: {_difference(files, edited)}")


def _difference(files: Files, edited: Files) -> str:
    return "; ".join(_differences(files, edited))[:600]


def _differences(files: Files, edited: Files) -> Iterator[str]:
    for name in files:
        if name not in edited:
            yield f"{name} removed"
        elif files[name] != edited[name]:
            old, new = files[name].split(b"\n"), edited[name].split(b"\n")
            at = next(
                (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
            )
            yield f"{name}:{at + 1} of {len(old)}: {old[at : at + 1]} -> {new[at : at + 1]}"
