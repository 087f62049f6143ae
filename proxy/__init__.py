"""A local gateway that signs Binance requests for any tool and keeps a redacted journal."""

__version__ = "0.1.0"
