"""The core's diagnosis at work in the event loop."""
