"""Is a client's own signature right? Against the signatures that Binance published."""

import pytest

from proxy.clients.check import own_signature
from proxy.core.diagnosis.evidence import SignatureState
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.core.wire import RawRequest

SECRET = HmacKey(Secret(b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"))
"""The published example secret of rest-api.md; the signatures below are the published ones for it."""
ALL = (
    "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
    "&timestamp=1499827319559"
)
IN_ONE = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
MIXED_QUERY = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC"
MIXED_FORM = "quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
MIXED = "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"
V, I, A = SignatureState.VALID, SignatureState.INVALID, SignatureState.ABSENT  # noqa: E741  # a table


@pytest.mark.parametrize(
    ("query", "body", "state"),
    [
        (f"{ALL}&signature={IN_ONE}", "", V),
        ("", f"{ALL}&signature={IN_ONE}", V),
        (MIXED_QUERY, f"{MIXED_FORM}&signature={MIXED}", V),
        (f"{MIXED_QUERY}&signature={MIXED}", MIXED_FORM, V),
        (f"signature={IN_ONE}&{ALL}", "", V),
        (f"{ALL}&signature={IN_ONE.upper()}", "", V),
        (f"{ALL}&signature={IN_ONE[:-1]}0", "", I),
        (f"{ALL}&x=1&signature={IN_ONE}", "", I),
        (f"{ALL}&signature={IN_ONE}&signature=0", "", I),
        (f"{ALL}&signature=%ff%00", "", I),
        (ALL, "", A),
        (f"{ALL}&signature=", "", A),
        ("", "", A),
    ],
)
def test_own_signature(query: str, body: str, state: SignatureState) -> None:
    request = RawRequest("POST", f"/api/v3/order?{query}".encode(), (), body.encode())
    assert own_signature(request, SECRET) is state
