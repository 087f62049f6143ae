"""Why no answer came, in a few words that name the stage: `dns: the name was not found`."""

from typing import Final

from proxy.core.errors import UpstreamError

_WORDS: Final = {
    ("upstream_unreachable", "dns"): "the name was not found, or not in time",
    ("upstream_unreachable", "connect"): "no connection could be made",
    ("upstream_unreachable", "tls"): "the TLS handshake broke off",
    ("upstream_refused_address", "dns"): "not one of Binance's hosts, or an address that is not public",
    ("upstream_tls", "tls"): "the certificate could not be verified",
}
_OTHERWISE: Final = {
    "upstream_no_answer": "the connection ended before an answer came",
    "upstream_timeout": "no answer in time",
    "upstream_bad_answer": "the answer was no proper HTTP",
    "redirect_refused": "the answer was a redirect, which is never followed",
}


def in_words(error: UpstreamError) -> str:
    token = error.refusal.token
    words = _WORDS.get((token, error.stage)) or _OTHERWISE.get(token) or token.replace("_", " ")
    return f"{error.stage}: {words}"
