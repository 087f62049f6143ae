"""What a program says when no answer of the exchange came: a fault on the way, which no request explains."""

import re
from typing import Final

_SIGNS: Final = (
    (
        r"Tunnel connection failed|CONNECT tunnel failed|ProxyError|Cannot connect to proxy|ERR_TUNNEL_"
        r"|ERR_PROXY_|Proxy Authentication Required|proxyconnect tcp|code [45][0-9]{2} from proxy after CONNECT",
        "the proxy between here and Binance did not let the request through: a request that ends so never reached"
        " Binance; check HTTPS_PROXY, the proxy's settings and its password",
    ),
    (
        r"no such host|getaddrinfo|ENOTFOUND|EAI_AGAIN|Name or service not known|nodename nor servname"
        r"|Temporary failure in name resolution|Could not resolve host|NameResolutionError|UnknownHostException"
        r"|ERR_NAME_NOT_RESOLVED|DNS_PROBE_|name could not be resolved|specified hostname could not be found"
        r"|No such host is known|No address associated with hostname|Failed host lookup|failed to lookup address",
        "the name of the host was not found (DNS): a request that ends so never reached Binance; check the spelling"
        " of the host, the network and the DNS server",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSLHandshakeException|SSL certificate problem"
        r"|unable to get local issuer(?! certificate \([0-9]+\), continuing)|PKIX path building failed"
        r"|x509: certificate|verify the first certificate"
        r"|self[- ]signed certificate|ERR_CERT_|ERR_SSL_|SSL connection could not be established|UntrustedRoot"
        r"|SSL/TLS secure channel|SSLV3_ALERT|WRONG_VERSION_NUMBER|invalid peer certificate|HandshakeException"
        r"|trust relationship for the SSL|App Transport Security",
        "the connection was not trusted (TLS): a request that ends so never reached Binance; check the clock, the"
        " list of authorities (CA) and the proxies of this machine",
    ),
    (
        r"connection refused|ECONNREFUSED|No route to host|ENETUNREACH|Network is unreachable|EHOSTUNREACH"
        r"|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE|actively refused"
        r"|NewConnectionError|ClientConnectorError|ConnectTimeout|Failed to connect to|connect timed out"
        r"|Could not connect to the server|connect to the remote server|UND_ERR_CONNECT_TIMEOUT"
        r"|ERR_CONNECTION_TIMED_OUT",
        "no connection was made: a request that ends so never reached Binance; check network, firewall and proxy",
    ),
    (
        r"blocked by CORS policy|No 'Access-Control-Allow-Origin'|Cross-Origin Request Blocked|CORS request did not",
        "a browser does not show the answer to a page (CORS): call the API from a program of your own,"
        " not from a page",
    ),
    (
        r"TypeError: (?:Failed to fetch|Load failed|NetworkError when)"
        r"|(?:\bAxios|\b)Error: Network Error",
        "the browser shows a page neither the answer nor why there is none: mostly the exchange's answer is hidden"
        " from pages (CORS), or there was no connection; call the API from a program of your own, not from a page",
    ),
    (
        r"\bRead timed out|ReadTimeout|ETIMEDOUT|ECONNABORTED|SocketTimeoutException|i/o timeout|TimeoutError"
        r"|context deadline exceeded|ECONNRESET|connection reset|RemoteDisconnected|socket hang up"
        r"|Operation timed out|timeout of [0-9]{1,9} ?ms exceeded|HttpClient\.Timeout|The request timed out"
        r"|unexpected EOF"
        r"|ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_EMPTY_RESPONSE|ERR_TIMED_OUT|Empty reply from server"
        r"|ServerDisconnectedError|Connection aborted|network connection was lost|UND_ERR_SOCKET|other side closed"
        r"|response ended prematurely|operation has timed out|connection closed before message completed",
        "the connection ended without an answer: a write may have been executed all the same, so ask for its state"
        " before it is sent again",
    ),
)
_PATTERNS: Final = tuple((re.compile(sign, re.IGNORECASE), says) for sign, says in _SIGNS)
_ERROR: Final = re.compile(
    r"^(?!\s{0,80}(?:except|raise|throw|catch|import|from|if|class|\}|#|//)\b)[^\n]{0,200}?"
    r"(?:\b(?:[A-Z]\w{0,60})?(?:Error|Exception): \S|\bpanic: |net::ERR_|\bfailed, reason: )",
    re.MULTILINE,
)
UNKNOWN: Final = (
    "the error in it is none that is known here; give all of it, and the body of the answer if there was one"
)
_MOST_READ: Final = 200_000


def fault_in(text: str) -> str | None:
    """The sentence about the first kind of fault that the text tells of. None if there is none."""
    head = text[:_MOST_READ]
    return next((says for pattern, says in _PATTERNS if pattern.search(head)), None)


def error_in(text: str) -> str | None:
    """The same for a request's text; where it tells of another error, that this one is not known."""
    return fault_in(text) or (UNKNOWN if _ERROR.search(text[:_MOST_READ]) else None)
