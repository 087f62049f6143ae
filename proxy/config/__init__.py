"""Flags, environment variables and one YAML file become `Settings`."""
