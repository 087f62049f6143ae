"""One check a file: `CHECK`, with a `run` that looks at a patient. The written list: `proxy/doctor/all_checks.py`."""
