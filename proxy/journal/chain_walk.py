"""Walking through the files of one chain, line by line: what follows what, what is signed, what is no line of it."""

from collections.abc import Iterable
from typing import Final

import msgspec

from proxy.journal.chain import CONTEXT, Link, hash_of, link_of, signature_octets
from proxy.journal.chain_records import CHAIN_LINE, CHECKPOINT_LINE, ChainRecord, CheckpointRecord, decode_own
from proxy.journal.chain_runs import MOST_RUNS, Place, Run, follows
from proxy.journal.checkpoint_key import is_signed

NO_LINE: Final = "no gateway wrote this as it stands: the line was put in, or changed beyond recognition"
_MOST_TOLD: Final = 1000
_MOST_HELD: Final = 8 * 1024 * 1024
"""Octets of pieces; those that a gateway leaves are at most as long as a batch of lines."""
_BEGINNING: Final = b'{"type":"'
_NUL: Final = b"\0"


class Told(msgspec.Struct, frozen=True):
    """What was seen at a line; line 0: of the whole file."""

    file: str
    line: int
    says: str


class Signed(msgspec.Struct, frozen=True):
    """A checkpoint whose signature is right."""

    seq: int
    key: str


class Walk(msgspec.Struct):
    """What one chain looks like so far."""

    name: str
    runs: list[Run] = []
    files: list[str] = []
    breaks: list[Told] = []
    torn: int = 0
    """Pieces of lines that a full disk cut, as the chain says itself."""
    signed: list[Signed] = []
    """The first and the last checkpoint of each key, at least."""
    longest_unsigned: int = 0
    """Most lines between two checkpoints."""
    closing: str = ""
    """What the last line says, where it is a checkpoint: `full`, `end`."""
    pieces: list[tuple[Place, bytes]] = []
    """What stood behind the last line of the chain and is none."""
    open_end: bool = False
    """The last of these pieces has no newline."""
    overrun: bool = False
    _signed_to: int = 0
    _held: int = 0
    _entered: bool = False
    """No line of the file that was entered last has been seen yet."""

    def enter(self, file: str) -> None:
        self.files.append(file)
        self._entered = True

    def add(self, place: Place, line: bytes, *, ended: bool) -> Link | None:
        """One line of a file; `ended`: it has its newline."""
        link = link_of(line)
        if link is None:
            self.open_end = not ended
            self._held += len(line)
            if len(self.pieces) < _MOST_TOLD:
                self.pieces.append((place, line if self._held < _MOST_HELD else b"\n"))
            return None
        own = decode_own(line) if line.startswith((CHAIN_LINE, CHECKPOINT_LINE)) else None
        self._judge_pieces(link, place, own)
        self.closing = own.why if isinstance(own, CheckpointRecord) else ""
        first, self._entered = self._entered, False
        run = self.runs[-1] if self.runs else None
        if run is not None and run.takes(link) and not self._ends_repetition(link):
            before = run.head if follows(link, run.head) else run.other_head
            run.extend(link, place)
            self._judge_signature(link, before, own, place)
            self._judge_border(place, own, first=first)
        elif len(self.runs) < MOST_RUNS:
            self.runs.append(self._run(link, place, own if first else None, run))
        else:
            self.overrun = True
        return link

    def _ends_repetition(self, link: Link) -> bool:
        """Whether lines were repeated up to here, and this one goes on where the first ones of them ended."""
        if len(self.runs) < 2:
            return False
        first, again = self.runs[-2:]
        return first.first < again.first <= first.last and link.seq == first.last + 1

    def tell(self, place: Place, says: str) -> None:
        if len(self.breaks) < _MOST_TOLD:
            self.breaks.append(Told(place.file, place.line, says))
        else:
            self.overrun = True

    def _run(self, link: Link, place: Place, own: object, behind: Run | None) -> Run:
        run = Run(link.seq, link.seq, place, place, link, link.hash)
        if behind is not None:
            run.other_head = hash_of(behind.head + link.hashed)
        if isinstance(own, ChainRecord):
            before = own.before.encode("ascii", "replace")
            if follows(link, before) and (link.seq == 1) == (not before):
                run.origin, run.other_head = own, b""
        return run

    def _judge_pieces(self, link: Link, place: Place, own: object) -> None:
        """Octets that are no line are accounted for by the next line, or were put there by somebody else."""
        pieces, self.pieces, self.open_end, self._held = self.pieces, [], False, 0
        if not link.torn:
            for at, _ in pieces:
                self.tell(at, NO_LINE)
        elif not pieces:
            previous = own.previous if isinstance(own, ChainRecord) else ""
            if not previous or previous in self.files:
                self.tell(place, "the piece of a line that stood before this one is gone")
        elif hash_of(b"\n".join(piece for _, piece in pieces)) != link.torn:
            self.tell(pieces[0][0], "this piece of a line was changed, or something was put in beside it")
        else:
            self.torn += len(pieces)

    def _judge_border(self, place: Place, own: object, *, first: bool) -> None:
        """Lines may follow each other rightly, and stand in another file than they were written to."""
        if first and not isinstance(own, ChainRecord):
            self.tell(place, "this line was written at the end of the file before, not here")
        elif not first and isinstance(own, ChainRecord):
            self.tell(place, f"this line and those behind it were written to {own.file}, not here")

    def _judge_signature(self, link: Link, before: bytes, own: object, place: Place) -> None:
        if not isinstance(own, CheckpointRecord):
            return
        if not link.signature:
            self.tell(place, "the signature of this checkpoint is gone")
            return
        octets = signature_octets(link.signature)
        if not is_signed(own.key, octets, CONTEXT + before + link.signed):
            since = f"lines {self._signed_to + 1} to {link.seq} of the chain are"
            self.tell(place, f"the signature does not fit: {since} not what was signed")
            return
        self.longest_unsigned = max(self.longest_unsigned, link.seq - self._signed_to)
        self._signed_to = link.seq
        if len(self.signed) > 1 and self.signed[-1].key == self.signed[-2].key == own.key:
            self.signed.pop()
        self.signed.append(Signed(link.seq, own.key))


def looks_torn(piece: bytes) -> bool:
    """Whether a write that was stopped leaves this behind: the beginning of a line; where power failed, NULs."""
    text = piece.rstrip(_NUL)
    begins = text[: len(_BEGINNING)]
    return begins == _BEGINNING[: len(begins)] and text.isascii() and not any(octet < 0x20 for octet in text)


def keys_of(signed: Iterable[Signed]) -> list[str]:
    return list(dict.fromkeys(one.key for one in signed))
