"""Codes of other programs are blanked, Binance's are kept, and nothing moves."""

import pytest

from proxy.core.diagnosis.refusals.by_code import subjects_of
from proxy.core.diagnosis.refusals.others_codes import without_others

APPLE = 'finished with error [-1022] Error Domain=NSURLErrorDomain Code=-1022 "App Transport Security"'


@pytest.mark.parametrize(
    "text",
    [
        APPLE,
        'Error Domain=NSURLErrorDomain Code=-1003 "A server with the specified hostname could not be found."',
        "UserInfo={_kCFStreamErrorCodeKey=-2102}",
        "OSError('Tunnel connection failed: 403 Forbidden')",
        "curl: (56) CONNECT tunnel failed, response 403",
        "curl: (56) Received HTTP code 407 from proxy after CONNECT",
        "NSURLErrorDomain -1001",
    ],
)
def test_they_are_blanked_in_their_place(text: str) -> None:
    bare = without_others(text)
    assert len(bare) == len(text)
    assert not any(number in bare for number in ("-1022", "-1003", "-2102", "403", "407", "-1001"))
    assert subjects_of(text) == ()


@pytest.mark.parametrize(
    "text", ['{"code":-1022,"msg":"x"}', "APIError(code=-1003): x", "HTTP 403", "[-1022] x"]
)
def test_binances_are_kept(text: str) -> None:
    assert without_others(text) == text
