"""Whose User-Agent gets which line. The texts on the left are from captures of these tools."""

import pytest

from proxy.core.http.tool_lines import line_of_tool

SEEN = [
    (b"PostmanRuntime/7.43.0", "Postman"),
    (b"HTTPie/3.2.4", "http --form"),
    (b"axios/1.18.1", "URLSearchParams(data)` instead of `data`"),
    (b"python-requests/2.34.2", "`data=` instead of `json=`"),
    (b"python-httpx/0.28.1", "`data=` instead of `json=`"),
    (b"Python/3.11 aiohttp/3.14.5", "`data=` instead of `json=`"),
    (b"curl/7.88.1", "curl"),
    (b"node", "JSON.stringify"),
    (b"undici", "JSON.stringify"),
    (b"got (https://github.com/sindresorhus/got)", "Node-RED"),
    (b"bruno-runtime/2.1.0", "Bruno"),
    (b"insomnia/9.3.2", "Insomnia"),
    (b"okhttp/4.12.0", "FormBody"),
    (b"Go-http-client/1.1", "url.Values"),
    (b"GuzzleHttp/7", "form_params"),
    (b"Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041", "PowerShell"),
    (b"Mozilla/5.0 (X11; Linux x86_64) Chrome/120", "labelled application/x-www-form-urlencoded"),
    (b"nodejs-of-mine", "labelled application/x-www-form-urlencoded"),
    (b"", "labelled application/x-www-form-urlencoded"),
    (None, "labelled application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize(("agent", "words"), SEEN)
def test_the_line_is_that_of_the_tool(agent: bytes | None, words: str) -> None:
    line = line_of_tool(agent)
    assert words in line
    assert line.isascii()
    assert '"' not in line  # it stands in a header between quotes
