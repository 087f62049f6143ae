"""Why no answer came: the stage first, in words."""

import pytest

from proxy.audit.faults import in_words
from proxy.upstream.faults import fault


@pytest.mark.parametrize(
    ("token", "stage", "words"),
    [
        ("upstream_unreachable", "dns", "dns: the name was not found, or not in time"),
        ("upstream_unreachable", "connect", "connect: no connection could be made"),
        ("upstream_unreachable", "tls", "tls: the TLS handshake broke off"),
        ("upstream_tls", "tls", "tls: the certificate could not be verified"),
        (
            "upstream_refused_address",
            "dns",
            "dns: not one of Binance's hosts, or an address that is not public",
        ),
        ("upstream_no_answer", "head", "head: the connection ended before an answer came"),
        ("upstream_timeout", "body", "body: no answer in time"),
        ("upstream_bad_answer", "head", "head: the answer was no proper HTTP"),
        ("redirect_refused", "head", "head: the answer was a redirect, which is never followed"),
    ],
)
def test_each_fault(token: str, stage: str, words: str) -> None:
    assert in_words(fault(token, stage)) == words
