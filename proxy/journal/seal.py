"""How an export is sealed: a chain of its own over the lines that it holds, a signature over the sums of its files.

An export holds rewritten lines (`evidence.anonymous`), so the journal's own hashes do not fit them. Its seal shows
that nothing was changed since it was made, and by the key of which journal. What its first line says of that journal,
the last lines of its files, is the maker's claim: who has the journal can hold it against them, nobody else.
"""

import binascii
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.core.foreign_json import UnreadableError, read_json
from proxy.core.redaction.record import SCHEMA, rfc3339
from proxy.journal.chain import Chain, signature_octets, signature_text
from proxy.journal.chain_end import newest_ends
from proxy.journal.chain_records import ChainRecord, CheckpointRecord, PlaceRecord, encode_own
from proxy.journal.checkpoint_key import CheckpointKey, is_signed
from proxy.journal.files import BUNDLED, Directory
from proxy.journal.key_file import CHAIN_KEY, draw_key, read_key

SUMS: Final = "SHA256SUMS"
SUMS_SEAL: Final = "SHA256SUMS.seal.json"
_CONTEXT: Final = b"binance-signing-proxy bundle sums 1\n"


class SumsSeal(msgspec.Struct):
    """The content of `SUMS_SEAL`: who signed the octets of `SUMS`."""

    schema: int
    signs: str
    key: str
    signature: str


_SEAL: Final = msgspec.json.Decoder(SumsSeal)


class Seal(msgspec.Struct, frozen=True):
    """What seals an export, and what it says of its journal."""

    key: CheckpointKey
    of_journal: bool
    """Whether it is the key of the journal, or one that was drawn for this export because there is none to use."""
    source: tuple[PlaceRecord, ...] = ()

    def lines(self, lines: Iterable[bytes], unix_ms: int, *, sums: bool = True) -> bytes:
        """The content of `flows.jsonl`: the lines (without newlines or links) as a chain that is closed and signed.
        `sums`: the files `SUMS` and `SUMS_SEAL` stand beside it."""
        chain = Chain(secrets.token_hex(5))
        time = rfc3339(unix_ms)
        first = ChainRecord(
            schema=SCHEMA, time=time, chain=chain.name, file=BUNDLED, beside=self.source, sums=sums
        )
        last = CheckpointRecord(schema=SCHEMA, time=time, chain=chain.name, key=self.key.public, why="end")
        bound = chain.bind([encode_own(first), *lines, encode_own(last)], sign=self.key.sign)
        return b"\n".join((*bound, b""))

    def sums(self, sums: bytes) -> bytes:
        """The content of `SUMS_SEAL`."""
        signature = signature_text(self.key.sign(_CONTEXT + sums)).decode("ascii")
        return _encoded(SumsSeal(SCHEMA, SUMS, self.key.public, signature))


def seal_of(journal: Path) -> Seal:
    """What seals an export of this journal. One without a key of its own that can be used (somebody else's, or from
    before there were chains) is sealed with a key that is drawn and forgotten."""
    drawn = Seal(CheckpointKey(draw_key()), of_journal=False)
    if not (journal / CHAIN_KEY.name).exists():
        return drawn
    try:
        directory = Directory(journal)
    except ConfigError:
        return drawn
    try:
        key = read_key(directory, CHAIN_KEY)
        return Seal(CheckpointKey(key), of_journal=True, source=tuple(newest_ends(directory)))
    except (OSError, ConfigError):
        return drawn
    finally:
        directory.close()


def sums_signer(seal: bytes, sums: bytes) -> str | None:
    """The public key that signed these sums; None where the seal does not fit them, to the octet."""
    try:
        found = read_json(seal, _SEAL)
        signature = signature_octets(found.signature.encode("ascii"))
    except (UnreadableError, UnicodeError, binascii.Error):
        return None
    told = SumsSeal(SCHEMA, SUMS, found.key, signature_text(signature).decode("ascii"))
    right = _encoded(told) == seal and is_signed(found.key, signature, _CONTEXT + sums)
    return found.key if right else None


def _encoded(seal: SumsSeal) -> bytes:
    return msgspec.json.format(msgspec.json.encode(seal), indent=2) + b"\n"
