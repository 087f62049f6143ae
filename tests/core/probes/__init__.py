"""Tests of proxy/core/probes."""
