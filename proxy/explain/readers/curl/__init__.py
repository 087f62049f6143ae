"""curl: command lines as they were typed or copied from a browser, and what `curl -v` prints."""

from proxy.explain.readers.curl.command import read_curl_text, read_curl_words
from proxy.explain.readers.curl.verbose import read_curl_verbose

__all__ = ["read_curl_text", "read_curl_verbose", "read_curl_words"]
