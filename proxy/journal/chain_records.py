"""The lines that speak of the chain itself: the first one of each file, and checkpoints."""

from typing import Annotated, Final

import msgspec
from msgspec import Struct

from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.redaction.record import Line

CHAIN_LINE: Final = b'{"type":"chain"'
CHECKPOINT_LINE: Final = b'{"type":"checkpoint"'
CHAIN_LINES: Final = (CHAIN_LINE, CHECKPOINT_LINE)
"""How such lines begin: readers of flows pass over them."""


type Short = Annotated[str, msgspec.Meta(max_length=100)]
"""Somebody else's may be shown: it is no longer than ours."""


class PlaceRecord(Struct, kw_only=True, frozen=True):
    """A line of a journal file, by its number and hash."""

    file: Short
    seq: int
    hash: Short


class ChainRecord(Line, kw_only=True, tag="chain"):
    """The first line of a file."""

    chain: Short
    """Name of the chain: one for each process that writes, or for a bundle."""
    file: Short
    """Name of this file when it was begun."""
    previous: Short = ""
    """Name of the file that the chain comes from; none for its first."""
    before: Short = ""
    """The hash that this line is bound to; none for the first line of a chain."""
    beside: Annotated[tuple[PlaceRecord, ...], msgspec.Meta(max_length=100)] = ()
    """Last lines of the newest files in the directory when the chain was begun. In a bundle: of the journal
    that it was made from."""
    sums: bool = False
    """Of a bundle: a signed list of the sums of all its files belongs to it."""


class CheckpointRecord(Line, kw_only=True, tag="checkpoint"):
    """The signature over all lines of the chain so far, this one included."""

    chain: Short
    key: Short
    """Public half, Base64 of its 32 octets."""
    why: Short = ""
    """`full`: another file follows. `end`: nothing does. Absent: in between."""


type OwnRecord = ChainRecord | CheckpointRecord

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final[msgspec.json.Decoder[OwnRecord]] = msgspec.json.Decoder(ChainRecord | CheckpointRecord)


def encode_own(record: OwnRecord) -> bytes:
    """One line without its newline and link. All of its texts are ours, and ASCII."""
    return _ENCODER.encode(record)


def decode_own(line: bytes) -> OwnRecord | None:
    """None for anything else."""
    try:
        return read_json(line, _DECODER)
    except UnreadableError:
        return None
