"""Handing flows to others: HAR, curl lines, or a bundle for a bug report; with fresh tags, scanned as a whole."""
