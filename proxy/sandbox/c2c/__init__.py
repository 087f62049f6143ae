"""The merchant's P2P service: `/sapi/v1/c2c`."""
