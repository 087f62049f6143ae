"""Fiddler's archives: messages by their numbers, tunnels left out."""

from proxy.explain.readers.fiddler import is_message, requests_of


def test_messages_are_put_together_by_their_numbers() -> None:
    held = {
        "raw/10_c.txt": b"GET /b",
        "raw/9_c.txt": b"GET /a",
        "raw/9_s.txt": b"HTTP/1.1 400",
        "raw/1_c.txt": b"CONNECT api.binance.com:443 HTTP/1.1",
        "raw/1_s.txt": b"HTTP/1.1 200",
    }
    assert requests_of(held) == [b"GET /a\r\nHTTP/1.1 400\r\nGET /b\r\n"]


def test_what_is_a_message() -> None:
    names = ("raw/1_c.txt", "raw\\12_s.txt", "raw/1_m.xml", "other/1_c.txt", "flows-1.jsonl")
    assert [is_message(name) for name in names] == [True, True, False, False, False]
    assert requests_of({"raw/1_s.txt": b"HTTP/1.1 200"}) == []
