"""The journal: the only writer of flows, and a tolerant reader."""

from proxy.journal.files import Directory
from proxy.journal.reader import Entry, Reader, Wait, find_flow
from proxy.journal.writer import Clock, Journal, Later, Tell

__all__ = ["Clock", "Directory", "Entry", "Journal", "Later", "Reader", "Tell", "Wait", "find_flow"]
