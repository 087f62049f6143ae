"""Tests of proxy/doctor/checks."""
