"""A site on loopback for a browser: one page, and what the page reports."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class PageHandler(BaseHTTPRequestHandler):
    """Sends a page; 404 without one. Says nothing on standard error."""

    def send_page(self, page: bytes) -> None:
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def take_report(self) -> bytes:
        """What the page has posted, answered with 204."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        return content

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(handler: type[PageHandler]) -> Iterator[int]:
    """The port, for the length of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
