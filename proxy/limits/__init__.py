"""What the exchange allows us now: holds, request weight, and reads that are shared."""
