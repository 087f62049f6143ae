"""What a program says when no answer of the exchange came: a fault on the way, which no request explains."""

import re
from typing import Final

_SIGNS: Final = (
    (
        r"no such host|getaddrinfo|ENOTFOUND|EAI_AGAIN|Name or service not known"
        r"|Temporary failure in name resolution|Could not resolve host|NameResolutionError|UnknownHostException",
        "the name of the host was not found (DNS): a request that ends so never reached Binance; check the spelling"
        " of the host, the network and the DNS server",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLHandshakeException"
        r"|unable to get local issuer|PKIX path building failed|x509: certificate",
        "the certificate was not accepted: a request that ends so never reached Binance; check the clock, the list of"
        " authorities (CA) and the proxies of this machine",
    ),
    (
        r"connection refused|ECONNREFUSED|No route to host|ENETUNREACH|Network is unreachable|EHOSTUNREACH",
        "no connection was made: a request that ends so never reached Binance; check network, firewall and proxy",
    ),
    (
        r"blocked by CORS policy|No 'Access-Control-Allow-Origin'",
        "a browser does not show the answer to a page (CORS): call the API from a program of your own,"
        " not from a page",
    ),
    (
        r"\bRead timed out|ReadTimeout|ETIMEDOUT|ECONNABORTED|SocketTimeoutException|i/o timeout|TimeoutError"
        r"|context deadline exceeded|ECONNRESET|connection reset|RemoteDisconnected|socket hang up",
        "the connection ended without an answer: a write may have been executed all the same, so ask for its state"
        " before it is sent again",
    ),
)
_PATTERNS: Final = tuple((re.compile(sign, re.IGNORECASE), says) for sign, says in _SIGNS)
_MOST_READ: Final = 200_000


def fault_in(text: str) -> str | None:
    """The sentence about the first kind of fault that the text tells of. None if there is none."""
    head = text[:_MOST_READ]
    return next((says for pattern, says in _PATTERNS if pattern.search(head)), None)
