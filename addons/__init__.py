"""Addons for other programs that stand on the gateway's core: `binance_doctor.py` for mitmproxy."""
