"""Asking the exchange with one's own key, reads alone, and making a probe of each answer.

Used by `doctor` and `audit`. The gateway's own signer and sender do the work, and no gateway has
to run. Nothing here can send a write: `read_only.py`, which `Prober.ask` asks each time.
"""
