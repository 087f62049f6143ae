"""The journal: the only writer of flows, and a tolerant reader."""

from proxy.journal.files import Directory
from proxy.journal.lines import bounded_lines, open_regular
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
    "bounded_lines",
    "find_flow",
    "open_regular",
    "parse_since",
    "parse_status",
]
