"""The journal: the only writer of flows, and a tolerant reader."""

from proxy.journal.files import Directory
from proxy.journal.reader import Entry, Reader, Wait, find_flow
from proxy.journal.selection import Selection, parse_since, parse_status
from proxy.journal.writer import Clock, Journal, Later, Tell

__all__ = [
    "Clock",
    "Directory",
    "Entry",
    "Journal",
    "Later",
    "Reader",
    "Selection",
    "Tell",
    "Wait",
    "find_flow",
    "parse_since",
    "parse_status",
]
