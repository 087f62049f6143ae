"""The chain of a journal's lines: each bears its number and a hash over itself and over the hash before it.

    {"type":"flow", ... ,"seq":12,"hash":"..."}

`hash` is the Base64 of SHA-256 (FIPS 180-4) over the text of the hash before it, nothing for the first line of a
chain, followed by the line's own octets up to `,"hash":`. `seq` counts from 1. Two more fields stand there where they
are needed: before `seq`, `torn`, the same kind of hash over octets that stand before this line and are none (a full
disk cut them); behind it the `signature` of a checkpoint: Ed25519 (RFC 8032) over `CONTEXT`, the text of the hash
before it, and the line's octets up to `,"signature":`; its halves R and S in Base64, with a point between them.

SHA-256 was chosen by measuring (`make bench WHAT=chain`): lines have 300 to 2,000 octets, and with the processor's
instructions for it no other sound hash of the standard library is faster. The hash is Base64 and the signature has a
point, so that neither is taken for one of Binance's keys, secrets or signatures by whoever searches for those.
"""

import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

CONTEXT: Final = b"binance-signing-proxy journal checkpoint 1\n"
"""What a signature of a checkpoint begins with, so that none made for something else can stand for one."""
LINK_OCTETS: Final = 80
"""At most so many octets are added to a line that is neither a checkpoint nor behind torn ones."""

_HASH: Final = rb"[A-Za-z0-9+/]{43}="
_LINK: Final = re.compile(
    rb'(?:,"torn":"(%b)")?,"seq":([1-9][0-9]{0,14})(,"signature":"(%b\.%b)")?,"hash":"(%b)"\}\Z'
    % (_HASH, _HASH, _HASH, _HASH)
)
_LONGEST_LINK: Final = 320

type Sign = Callable[[bytes], bytes]
"""Makes the 64 octets of an Ed25519 signature."""


class Link(msgspec.Struct, frozen=True):
    """What a line says about its place."""

    seq: int
    hash: bytes
    hashed: bytes
    """The octets of the line that its hash is over, behind the hash before it."""
    torn: bytes = b""
    signature: bytes = b""
    signed: bytes = b""
    """The octets that are signed, behind the context and the hash before them."""


def link_of(line: bytes) -> Link | None:
    """How a line is linked; None where it is not."""
    found = _LINK.search(line, max(0, len(line) - _LONGEST_LINK))
    if found is None or not line.startswith(b"{"):
        return None
    torn, number, _, signature, own = found.groups()
    return Link(
        int(number),
        own,
        line[: found.start(5) - len(b',"hash":"')],
        torn or b"",
        signature or b"",
        line[: found.start(3)] if signature else b"",
    )


def hash_of(octets: bytes) -> bytes:
    """The text of a hash."""
    return binascii.b2a_base64(hashlib.sha256(octets).digest(), newline=False)


class Chain:
    """The writer's end of a chain: where it stands, and what binds the next lines to it."""

    def __init__(self, name: str) -> None:
        """`name`: of this chain alone, such as random hexadecimal digits."""
        self.name = name
        self.lines = 0
        """How many stand, written completely."""
        self.head = b""
        """The hash of the last of them."""
        self._coming: list[bytes] = []

    def bind(self, lines: Sequence[bytes], *, torn: bytes = b"", sign: Sign | None = None) -> list[bytes]:
        """The lines with their links; nothing has changed until `keep` is told what stands. `torn`: octets that
        stand before them and are no line; `sign`: signs the last of them."""
        head, number, bound = self.head, self.lines, []
        self._coming = []
        added = b',"torn":"%b"' % hash_of(torn) if torn else b""
        last = len(lines) - 1 if sign else -1
        for at, line in enumerate(lines):
            number += 1
            text = b'%b%b,"seq":%d' % (line[:-1], added, number)
            if sign and at == last:
                text = b'%b,"signature":"%b"' % (text, signature_text(sign(CONTEXT + head + text)))
            head = hash_of(head + text)
            bound.append(b'%b,"hash":"%b"}' % (text, head))
            self._coming.append(head)
            added = b""
        return bound

    def keep(self, whole: int) -> None:
        """So many of the lines that were bound last stand; the others never will."""
        if whole:
            self.lines += whole
            self.head = self._coming[whole - 1]
        self._coming = []


def signature_text(signature: bytes) -> bytes:
    """The 64 octets of a signature as they stand in a line."""
    return b".".join(binascii.b2a_base64(half, newline=False) for half in (signature[:32], signature[32:]))


def signature_octets(text: bytes) -> bytes:
    """The other way round. Raises binascii.Error for what is no Base64."""
    return b"".join(map(binascii.a2b_base64, text.split(b".")))
