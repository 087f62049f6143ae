"""The corridor: one request from its arrival to its record. Begin with `pipeline.py`."""
