"""What a text is, in words, by a mark of it; for texts that are read by what stands in them, not by their form."""

import re
from typing import Final

_MARKS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (".NET HttpRequestMessage", r"RequestUri: '"),
        ("Binance.Net log", r"\| ?Binance ?\||Sending (?:GET|POST|PUT|DELETE) (?:signed )?request to "),
        ("go-binance log", r"\bfull url: "),
        ("Go request", r"&?http\.Request\{|&\{Method:[A-Z]{3,7} URL:"),
        ("httpx log", r"HTTP Request: [A-Z]{3,7} "),
        ("aiohttp response", r"<ClientResponse\("),
        ("Python exception", r"Traceback \(most recent call last\)|\bfor url: "),
        ("Guzzle exception", r"(?:Client|Server) error: `"),
        ("Google Apps Script exception", r"muteHttpExceptions"),
        ("Postman console", r"PostmanRuntime"),
        ("PowerShell verbose line", r"^VERBOSE: "),
        ("HTTP log", r"\b(?:DEBUG|INFO|WARN|ERROR|TRACE)\b"),
        ("exception", r"Exception|Error:"),
    )
)


def name_of(text: str) -> str | None:
    """The first that fits; None where the text has no mark."""
    start = text[:20_000]
    return next((name for name, pattern in _MARKS if pattern.search(start)), None)
