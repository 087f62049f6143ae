"""Departures of output: the right digest in another form."""
