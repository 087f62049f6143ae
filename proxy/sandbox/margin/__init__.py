"""Margin: `/sapi/v1/margin`."""
