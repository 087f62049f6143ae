"""The corridor: one request from door to door. Begin with `pipeline.py`."""
