"""The journal: the only writer of flows, and a tolerant reader."""

from proxy.journal.files import Directory
from proxy.journal.writer import Clock, Journal, Later, Tell

__all__ = ["Clock", "Directory", "Journal", "Later", "Tell"]
