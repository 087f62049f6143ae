"""Simple Earn: `/sapi/v1/simple-earn`."""
