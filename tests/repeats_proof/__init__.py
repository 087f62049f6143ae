"""Clients whose time-out is shorter than the exchange's answer: nothing is placed twice, nothing refused wrongly."""
