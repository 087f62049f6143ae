"""What a journal shows of itself: its chains, where they are broken, and what a killed gateway leaves as well."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Final

import msgspec

from proxy.core.redaction.foreign_record import ForeignRemoved, decode_foreign
from proxy.journal.chain import Link, link_of
from proxy.journal.chain_findings import Absent, findings
from proxy.journal.chain_records import CHAIN_LINE, CHECKPOINT_LINE, ChainRecord, PlaceRecord, decode_own
from proxy.journal.chain_runs import Place
from proxy.journal.chain_walk import Told, Walk, keys_of, looks_torn
from proxy.journal.files import PATTERN
from proxy.journal.lines import LONGEST_LINE, bounded_lines, open_regular

MOST_UNSIGNED: Final = 2048
"""A gateway signs every 256 lines, and in its first minute every 1,536; writes may come in before it gets to it."""
_REMOVED_LINE: Final = b'{"type":"removed"'
_HEAD_LINES: Final = 2000
"""So many lines of a file without its first one are looked through for the name of their chain."""


class ChainSummary(msgspec.Struct, frozen=True):
    """One chain as far as it is here."""

    name: str
    files: list[str]
    first: int
    last: int
    signed_to: int
    """The last line that a right signature covers; 0: none."""
    keys: list[str]
    state: str
    """`closed`: by its last checkpoint. `attested`: the next chain found the same last line. `open`: neither."""


class Report(msgspec.Struct):
    """What `export verify` tells."""

    files: int = 0
    lines: int = 0
    """That are linked."""
    chains: list[ChainSummary] = []
    breaks: list[Told] = []
    """Each is something that no gateway leaves behind."""
    like_a_kill: list[Told] = []
    """What a gateway that was killed, or still runs, leaves as well."""
    remarks: list[Told] = []
    unchained: list[str] = []
    """Files that were written before journals were chains."""
    torn: int = 0

    @property
    def good(self) -> bool:
        return not self.breaks


class Source(msgspec.Struct, frozen=True):
    """A file to be looked at: its name, and a way to open it, which may raise FileNotFoundError."""

    name: str
    open: Callable[[], IO[bytes]]


class Kind(msgspec.Struct, frozen=True):
    """What is looked at."""

    whole: bool = False
    """All files of a journal: one that is not here is missed."""
    finished: bool = False
    """Written in one go, as an export is: no kill excuses an open end."""
    signed: bool = False
    """Somebody asked for the keys: what bears no signature at all is none of theirs."""


def verify_journal(files: Iterable[Path], kind: Kind, trusted: Iterable[str] = ()) -> Report:
    """Look at journal files, oldest first; see `verify`. Raises ConfigError for what is no regular file."""
    return verify([Source(path.name, partial(open_regular, path)) for path in files], kind, trusted)


def verify(sources: Sequence[Source], kind: Kind, trusted: Iterable[str] = ()) -> Report:
    """Look at files, oldest first. `trusted`: public keys that may have signed them; any, if none is named."""
    checked = _Check(kind, frozenset(trusted))
    for source in sources:
        with suppress(FileNotFoundError):
            checked.hear(source)
    for source in sources:
        with suppress(FileNotFoundError):  # retention was faster; its note says so
            checked.look_at(source)
    return checked.report()


class _Check(msgspec.Struct):
    kind: Kind
    trusted: frozenset[str]
    walks: dict[str, Walk] = {}
    found: Report = msgspec.field(default_factory=Report)
    names: list[str] = []
    notes: dict[str, tuple[int, str]] = {}
    """Last number and hash of each file that retention removed."""
    witnesses: list[tuple[Place, PlaceRecord]] = []
    """Last lines of other files, as a chain found them when it began."""
    seen: dict[tuple[str, int], str] = {}
    """The hash of each line that a witness speaks of."""
    wanted: dict[str, set[int]] = {}
    """The numbers of those lines, by file."""

    def hear(self, source: Source) -> None:
        """What the first line of a file bears witness to: that it found other files, up to which line."""
        with source.open() as file:
            own = decode_own(next(bounded_lines(file), b""))
        for one in own.beside if isinstance(own, ChainRecord) else ():
            self.witnesses.append((Place(source.name, 1), one))
            self.wanted.setdefault(one.file, set()).add(one.seq)

    def look_at(self, source: Source) -> None:
        self.found.files += 1
        self.names.append(source.name)
        chain = self._chain_of(source)
        if chain is None:
            return
        walk = self.walks.setdefault(chain, Walk(chain))
        walk.enter(source.name)
        with source.open() as file:
            for number, (line, ended) in enumerate(_segments(file), 1):
                place = Place(source.name, number)
                if (link := walk.add(place, line, ended=ended)) is not None:
                    self.found.lines += 1
                    self._read(line, link, place, walk)

    def _read(self, line: bytes, link: Link, place: Place, walk: Walk) -> None:
        """What a line tells of files."""
        if line.startswith(_REMOVED_LINE):
            with suppress(ValueError):
                record = decode_foreign(line)
                if isinstance(record, ForeignRemoved):
                    self.notes[record.file.raw] = record.last_seq, record.last_hash.raw
        elif line.startswith(CHAIN_LINE) and PATTERN.fullmatch(place.file):
            own = decode_own(line)
            if isinstance(own, ChainRecord) and own.file != place.file:
                walk.tell(place, f"the file was named {own.file} when it was written")
        if link.seq in self.wanted.get(place.file, ()):
            self.seen[place.file, link.seq] = link.hash.decode("ascii")

    def _chain_of(self, source: Source) -> str | None:
        """The chain that a file belongs to; None for one without."""
        linked = False
        pieces: list[bytes] = []
        with source.open() as file:
            for number, (line, ended) in enumerate(_segments(file), 1):
                if line.startswith((CHAIN_LINE, CHECKPOINT_LINE)) and (own := decode_own(line)) is not None:
                    return own.chain
                linked = linked or link_of(line) is not None
                if number > _HEAD_LINES and linked:
                    break
                if not linked and len(pieces) < 2:
                    pieces.append(line if not ended else line + b"\n")
        if linked:
            return f"of {source.name}"
        if not pieces:
            self.found.remarks.append(
                Told(source.name, 0, "the file is empty: the gateway could not write into it")
            )
        elif len(pieces) == 1 and not pieces[0].endswith(b"\n") and looks_torn(pieces[0]):
            self.found.like_a_kill.append(Told(source.name, 1, "holds the beginning of its first line alone"))
        else:
            self.found.unchained.append(source.name)
        return None

    def report(self) -> Report:
        found = self.found
        attested = self._judge_witnesses()
        for walk in self.walks.values():
            found.breaks += walk.breaks
            found.torn += walk.torn
            self._judge_runs(walk)
            self._judge_keys(walk)
            self._judge_end(walk, attested)
        self._judge_unchained()
        if self.kind.finished:
            found.breaks += found.like_a_kill
            found.like_a_kill = []
        order = {name: at for at, name in enumerate(self.names)}
        found.breaks.sort(key=lambda told: (order.get(told.file, -1), told.line))
        return found

    def _judge_runs(self, walk: Walk) -> None:
        if walk.overrun:
            self.found.breaks.append(
                Told(walk.files[0], 0, "more is wrong with this chain than is told here")
            )
        for one in findings(walk.runs):
            if isinstance(one, Told):
                self.found.breaks.append(one)
            else:
                self._judge_absent(one)

    def _judge_absent(self, one: Absent) -> None:
        """A file that the chain came through is not here."""
        place = one.told_by
        if one.file in self.names:
            says = f"the lines of {one.file} before this one are missing, or are no longer linked"
            self.found.breaks.append(Told(place.file, place.line, says))
        elif not self.kind.whole:
            says = (
                f"the chain begins in other files: line {one.last_seq} of it stands at the end of {one.file}"
            )
            self.found.remarks.append(Told(place.file, place.line, says))
        elif self._is_noted(one.file, one.last_seq, one.last_hash):
            says = f"lines up to {one.last_seq} were in files that retention removed, by a note in the chain"
            self.found.remarks.append(Told(place.file, place.line, says))
        else:
            says = (
                f"{one.file}, with the lines up to {one.last_seq} of this chain, is missing: retention would have "
                "left a note"
            )
            self.found.breaks.append(Told(place.file, place.line, says))

    def _is_noted(self, file: str, seq: int, last_hash: str) -> bool:
        noted = self.notes.get(file)
        if noted is None:
            return False
        # what a gateway wrote while another one removed its file is in neither: the note counts fewer lines
        return noted[1] == last_hash or noted[0] < seq

    def _judge_witnesses(self) -> set[tuple[str, int]]:
        """Hold the ends that later chains found against what is here. The files whose last line one has seen."""
        attested: set[tuple[str, int]] = set()
        for place, one in self.witnesses:
            if one.file not in self.names:
                if self.kind.whole and not self._is_noted(one.file, one.seq, one.hash):
                    says = f"{one.file} was there when this chain began, and is missing without a note of retention"
                    self.found.breaks.append(Told(place.file, place.line, says))
                continue
            here = self.seen.get((one.file, one.seq))
            if here == one.hash:
                attested.add((one.file, one.seq))
            elif here is not None:
                says = f"line {one.seq} of the chain differs from what {place.file} found here when it began"
                self.found.breaks.append(Told(one.file, 0, says))
            else:
                says = f"is cut: {place.file} found line {one.seq} of the chain at its end when it began"
                self.found.breaks.append(Told(one.file, 0, says))
        return attested

    def _judge_keys(self, walk: Walk) -> None:
        keys = keys_of(walk.signed)
        if self.kind.signed and not keys:
            says = "bears no signature: nothing shows that its lines are of the key that was asked for"
            self.found.breaks.append(Told(walk.files[0], 0, says))
        if len(keys) > 1:
            self.found.breaks.append(Told(walk.files[-1], 0, f"one chain is signed with {len(keys)} keys"))
        for key in keys:
            if self.trusted and key not in self.trusted:
                says = f"is signed with another key than the one it is held against, by {key}"
                self.found.breaks.append(Told(walk.files[0], 0, says))

    def _judge_end(self, walk: Walk, attested: set[tuple[str, int]]) -> None:
        runs, files = walk.runs, walk.files
        if not runs:
            return
        last = max(run.last for run in runs)
        final = max(runs, key=lambda run: run.last)
        signed_to = max((one.seq for one in walk.signed), default=0)
        state = "open"
        if (final.ends.file, last) in attested:
            state = "attested"
        if walk.closing == "end" and signed_to == last:
            state = "closed"
        self._judge_last_pieces(walk, closed=state == "closed")
        unsigned = max(walk.longest_unsigned, last - signed_to)
        if unsigned > MOST_UNSIGNED:
            says = f"{unsigned} lines follow each other without a signature; a gateway signs them sooner"
            self.found.breaks.append(Told(final.ends.file, final.ends.line, says))
        if state == "open":
            self.found.like_a_kill.append(
                Told(final.ends.file, final.ends.line, _open_end(walk, last, signed_to))
            )
        self.found.chains.append(
            ChainSummary(
                walk.name, files, min(run.first for run in runs), last, signed_to, keys_of(walk.signed), state
            )
        )

    def _judge_last_pieces(self, walk: Walk, *, closed: bool) -> None:
        """What stands behind the last line of all: a write that was stopped leaves one piece, without a newline."""
        for at, (place, piece) in enumerate(walk.pieces):
            last = at == len(walk.pieces) - 1
            if last and walk.open_end and not closed and looks_torn(piece):
                self.found.like_a_kill.append(
                    Told(place.file, place.line, "is the beginning of a line alone")
                )
            else:
                says = (
                    "no gateway wrote this as it stands: the line was put in, or changed beyond recognition"
                )
                self.found.breaks.append(Told(place.file, place.line, says))

    def _judge_unchained(self) -> None:
        """A gateway that keeps a chain never stops to: a file without one is older than all with one."""
        chained = [name for walk in self.walks.values() for name in walk.files]
        oldest = min(chained, default="")
        for name in self.found.unchained:
            if self.kind.signed:
                self.found.breaks.append(
                    Told(name, 0, "has no chain, and so no signature of the key that was asked for")
                )
            elif self.kind.whole and oldest and name > oldest:
                says = "has no chain, and is newer than files that have one"
                self.found.breaks.append(Told(name, 0, says))


def _open_end(walk: Walk, last: int, signed_to: int) -> str:
    behind = last - signed_to
    unsigned = (
        f"; the last {behind} {'line is' if behind == 1 else 'lines are'} not signed yet" if behind else ""
    )
    if walk.closing == "full":
        return f"the chain ends with the note that another file follows, and there is none{unsigned}"
    return f"the chain ends here, at line {last}, without its closing line{unsigned}"


def _segments(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The lines of a file and whether they end with a newline; of one that is too long its beginning."""
    while line := file.readline(LONGEST_LINE):
        ended = line.endswith(b"\n")
        yield line.removesuffix(b"\n"), ended
        while not ended and len(line) == LONGEST_LINE:
            line = file.readline(LONGEST_LINE)
            ended = line.endswith(b"\n")
