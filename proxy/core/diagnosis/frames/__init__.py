"""Requests on the WebSocket API, as far as they differ from those over HTTP."""
