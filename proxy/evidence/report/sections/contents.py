"""What lies beside the report, what was taken out of it, and how to check that it arrived whole."""

from typing import Final

from proxy.evidence.report.blocks import Block, LeftOut, Lines, Section, Table, says
from proxy.evidence.report.material import Material

TITLE: Final = "What is in this folder, and what is not"
_REMOVED: Final = (
    "Values that identify people, keys, orders, addresses or balances were removed before the first line was "
    "written. A mark such as <order:1a2b3c4d5e:19> stands for one; equal marks mean equal values."
)
_PUBLIC: Final = (
    "This is the public form: no account id, no address of this machine, no order numbers; names of accounts are "
    "numbers, and the tags in marks match no other file."
)
_PRIVATE: Final = (
    "This is the private form, for a ticket that only the exchange reads: names of accounts, the ends of each API "
    "key and the tags are those of its sender, who adds his account id (UID) and order numbers in the ticket itself."
)
_SUMS: Final = (
    "SHA256SUMS shows a file that was damaged or changed by others on its way, not one that its sender changed: he "
    "can make new sums. What the exchange can check is what it logged itself: ids and times."
)

_SEALED: Final = (
    "The lines are a chain, and lines and sums are signed with a key of the gateway's own: that shows the same "
    "sender, unchanged since, and nothing about truth. The key below counts if its sender names it elsewhere, too, "
    "such as in the first message of the ticket: whoever changes this folder can change this page."
)


def section(material: Material) -> Section | LeftOut:
    """The files, then the statements."""
    blocks: list[Block] = [Table(("file", "is"), tuple(material.files))] if material.files else []
    blocks += [says(_REMOVED), says(_PRIVATE if material.private else _PUBLIC), says(_SUMS)]
    commands = ["sha256sum -c SHA256SUMS", "signing-proxy explain BUNDLE.zip"]
    if material.seal_key:
        blocks.append(says(_SEALED))
        commands.append(f"signing-proxy export verify BUNDLE.zip --key {material.seal_key}")
    blocks.append(Lines(tuple(commands)))
    return Section(TITLE, tuple(blocks))
