"""What `tests/` and `benchmarks/` share. It imports neither of them."""
