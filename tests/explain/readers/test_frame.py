"""WebSocket API frames."""

from proxy.core.diagnosis.observation import Transport
from proxy.explain.readers.frame import is_frame, read_frame_text


def test_the_text_is_kept_as_typed() -> None:
    text = '{"id": 1, "method": "account.status", "params": {"recvWindow": 5000.0}}'
    (seen,) = read_frame_text(f"  {text}\n")
    assert seen.transport is Transport.WEBSOCKET
    assert seen.request.body == text.encode()


def test_what_is_a_frame() -> None:
    assert is_frame('{"method":"x","params":{}}')
    assert not is_frame('{"method":"x","params":[]}')
    assert not is_frame('{"method":"x"')
    assert not is_frame("[" * 100_000)
