"""The parts of the mitmproxy addon: flows in, findings out. `addons/binance_doctor.py` loads it."""
