"""Tests of proxy/doctor."""
