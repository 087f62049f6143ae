"""The process: built, started and ended. The only place that knows every room."""
