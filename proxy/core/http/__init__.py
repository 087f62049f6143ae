"""An HTTP request on its way out, as pure functions: what is repaired, which headers go, what a dry run shows."""
