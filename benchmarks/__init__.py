"""What going through the gateway costs. One measurement a module; `make bench WHAT=start`, and docs/performance.md."""
