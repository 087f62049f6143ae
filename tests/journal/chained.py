"""Journals whose lines are tampered with by hand, a case each."""

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from proxy.journal.verification import Kind, Report, Source, verify
from tests.journal.lines import files, flow, open_journal

FIRST = "flows-20260723T101456789Z-0000.jsonl"


def closed_lines(directory: Path, flows: int = 20) -> list[bytes]:
    """The lines of a journal of one file: 1 is the first line of the file, the last one the last checkpoint."""
    journal = open_journal(directory)
    for number in range(flows):
        journal.record(flow(number))
    journal.close()
    (path,) = files(directory)
    return path.read_bytes().splitlines()


def looked_at(lines: Sequence[bytes], end: bytes = b"\n", *keys: str) -> Report:
    return looked_at_files({FIRST: b"\n".join(lines) + end}, *keys)


def looked_at_files(contents: dict[str, bytes], *keys: str, whole: bool = True) -> Report:
    sources = [Source(name, partial(io.BytesIO, octets)) for name, octets in sorted(contents.items())]
    return verify(sources, Kind(whole=whole), keys)


def told(report: Report) -> list[tuple[int, str]]:
    """Line and words of each break."""
    return [(one.line, one.says) for one in report.breaks]
