"""A real browser against a running gateway."""
