"""A guided tour: sandbox exchange and gateway in one process, real requests, right and wrong ones."""
