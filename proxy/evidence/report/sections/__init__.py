"""The sections of a report: one small file each, which says what it has seen, or why it is left out."""
