"""Which line of somebody's tool makes a form of its parameters. The tool is told by its User-Agent."""

import re
from typing import Final

_LINES: Final = {
    rb"PostmanRuntime/": "In Postman choose Body > x-www-form-urlencoded instead of raw > JSON.",
    rb"bruno": "In Bruno choose Body > Form URL Encoded instead of JSON.",
    rb"insomnia/": "In Insomnia choose Body > Form URL Encoded instead of JSON.",
    rb"HTTPie/": "With HTTPie write `http --form POST ...`.",
    rb"axios/": "In axios pass `new URLSearchParams(data)` instead of `data`.",
    rb"python-requests/|python-httpx/|.*aiohttp/": "In Python pass `data=` instead of `json=`.",
    rb"got\b|node-red": "In Node-RED set the header Content-Type to application/x-www-form-urlencoded; in got pass "
    "`form:` instead of `json:`.",
    rb"node$|node-fetch|undici|bun/|deno/": "In fetch pass `body: new URLSearchParams(data)` instead of "
    "`JSON.stringify(data)`.",
    rb"curl/": "With curl write -d 'name=value&name=value' instead of -d '{...}'.",
    rb"okhttp/": "In OkHttp build a `FormBody` instead of a JSON `RequestBody`.",
    rb"Go-http-client/": "In Go send `values.Encode()` of a `url.Values`, labelled as a form, instead of the "
    "marshalled JSON.",
    rb"GuzzleHttp/": "In Guzzle pass `form_params` instead of `json`.",
    rb".*PowerShell/": "In PowerShell pass the hashtable itself as `-Body`, without ConvertTo-Json.",
}
_TOOLS: Final = tuple((re.compile(pattern, re.IGNORECASE), line) for pattern, line in _LINES.items())
"""What each sends of itself by default (captures of the tools named; undici and Node's fetch say `node`)."""

_ANY: Final = (
    "Send name=value&name=value, labelled application/x-www-form-urlencoded, or put it into the query."
)


def line_of_tool(user_agent: bytes | None) -> str:
    """What to change, in the words of the tool where it is a known one."""
    agent = user_agent or b""
    return next((line for pattern, line in _TOOLS if pattern.match(agent)), _ANY)
