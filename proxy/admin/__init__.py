"""The admin port: health, version, metrics, kill switch. The gateway port has only Binance's own paths."""
