"""Answers out of somebody's recording: his bot meets again what it met, whatever it signs and whenever it asks."""
