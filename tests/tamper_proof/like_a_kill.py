"""Whether edited files are something that a killed gateway leaves as well: said by comparing with the right ones,
which whoever gets a journal does not have."""

import re

from tests.tamper_proof.edits import chain_of
from tests.tamper_proof.journals import Files

_LINK = re.compile(rb'"seq":(\d+)(?:,"signature":"[^"]*")?,"hash":"([^"]*)"}$')


def is_like_a_kill(right: Files, edited: Files) -> bool:
    """A chain lacks some of its last lines, all of them unattested by a later chain; or lines behind its last
    checkpoint are others; or the piece of a line at its end is another one. Nothing else differs."""
    differing = [name for name in right if edited.get(name) != right[name]]
    chains = {name: chain_of(octets) for name, octets in right.items()}
    for name in differing:
        later = [other for other in right if other > name and chains[other] == chains[name]]
        if any(edited.get(other) for other in later):
            return False  # the chain goes on behind what differs
        if not _is_end(right[name], edited.get(name, b"")):
            return False
    return bool(differing)


def leaves_no_trace(right: Files, edited: Files) -> bool:
    """All files of some runs are gone, and nothing else differs: as if these had never been."""
    gone = right.keys() - edited.keys()
    runs = {chain_of(right[name]) for name in gone}
    rest = {name: octets for name, octets in right.items() if chain_of(octets) not in runs}
    return bool(gone) and rest == edited


def _is_end(right: bytes, edited: bytes) -> bool:
    """Up to the last line that both have, they are alike, and of the right ones only lines that bear no signature
    have other ones in their place."""
    here, there = right.split(b"\n"), edited.split(b"\n")
    alike = next(
        (at for at, (one, two) in enumerate(zip(here, there, strict=False)) if one != two), len(there)
    )
    replaced = [line for line in there[alike:] if _LINK.search(line)]
    if not replaced:
        return len([line for line in there[alike:] if line]) <= 1
    return not any(b'"signature":"' in line for line in here[alike:])
