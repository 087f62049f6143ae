"""HOST:PORT and URL forms; the near misses are the point."""

import pytest

from proxy.config.addresses import (
    Address,
    check_proxy_url,
    check_unsafe_url,
    is_loopback,
    parse_address,
    reached_at,
    socket_path,
)


@pytest.mark.parametrize(
    ("text", "host", "port", "loopback"),
    [
        ("127.0.0.1:8180", "127.0.0.1", 8180, True),
        ("127.255.0.3:1", "127.255.0.3", 1, True),
        ("localhost:0", "localhost", 0, True),
        ("[::1]:8180", "::1", 8180, True),
        ("0.0.0.0:8180", "0.0.0.0", 8180, False),
        ("[::]:8180", "::", 8180, False),
        ("192.168.1.5:65535", "192.168.1.5", 65535, False),
    ],
)
def test_an_address_is_taken(text: str, host: str, port: int, loopback: bool) -> None:
    assert parse_address(text) == Address(host, port)
    assert parse_address(text).loopback is loopback


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8180",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:http",
        ":8180",
        "::1:8180",
        "*:8180",
        "gateway:8180",
        "127.1:8180",
        "127.0.0.1 :8180",
        "[127.0.0.1:8180",
        "http://127.0.0.1:8180",
        "127.0.0.1:８１８０",
        "127.0.0.1:8180\n",
    ],
)
def test_another_form_is_not_an_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"HOST:PORT|host|IP address|brackets"):
        parse_address(text)


@pytest.mark.parametrize(
    "host", ["127.evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "0.0.0.0", "", "10.0.0.1"]
)
def test_what_only_begins_like_loopback_is_none(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "https://localhost:9/", "http://[::1]:9", "http://127.8.8.8"]
)
def test_an_unsafe_url_leads_to_this_machine(url: str) -> None:
    check_unsafe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254",
        "https://api.binance.com",
        "https://api.binance.com.evil.test",
        "http://127.0.0.1.evil.test:80",
        "http://127.0.0.1@evil.test",
        "http://evil.test@127.0.0.1",
        "http://127.0.0.1:9/path",
        "http://127.0.0.1:9?x",
        "ftp://127.0.0.1",
        "127.0.0.1:9",
        "http://",
        "http://0.0.0.0:9",
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://127.0.0.1:9\n",
        "http://１２７.0.0.1:9",
    ],
)
def test_an_unsafe_url_leads_nowhere_else(url: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        check_unsafe_url(url)
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://proxy.test:3128", "socks5://127.0.0.1:1080", "socks5h://[::1]:1080/"]
)
def test_a_proxy_is_taken(url: str) -> None:
    check_proxy_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://proxy.test:3128",
        "socks4://h:1",
        "proxy.test:3128",
        "http://proxy.test",
        "http://u:p@h:1",
        "http://h:1/x",
        "http://:1",
        "http://h:1#x",
        "http://h_!:1",
        "",
        "http://h:port",
    ],
)
def test_another_form_is_no_proxy(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_proxy_url(url)


def test_a_password_in_a_proxy_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="proxy_credentials_file") as caught:
        check_proxy_url("http://someone:hunter2@h:1")
    assert "hunter2" not in str(caught.value)


def test_a_socket_has_an_absolute_path() -> None:
    assert socket_path("unix:/run/user/1000/gateway.sock") == "/run/user/1000/gateway.sock"
    assert socket_path("127.0.0.1:8180") is None
    for text in ("unix:", "unix:gateway.sock", "unix:~/gateway.sock", "unix:/a\0b", "unix:/" + "x" * 103):
        with pytest.raises(ValueError, match="path"):
            socket_path(text)


def test_a_url_is_told_to_be_one() -> None:
    with pytest.raises(ValueError, match="without http://"):
        parse_address("http://127.0.0.1:8180")


@pytest.mark.parametrize(
    ("one", "other", "so"),
    [
        ("127.0.0.1:1", "127.0.0.1:1", True),
        ("127.0.0.1:1", "127.0.0.1:2", False),
        ("127.0.0.1:0", "127.0.0.1:0", False),
        ("localhost:1", "127.0.0.1:1", True),
        ("localhost:1", "[::1]:1", True),
        ("localhost:1", "localhost:1", True),
        ("localhost:1", "127.0.0.2:1", False),
        ("[::1]:1", "127.0.0.1:1", False),
    ],
)
def test_two_addresses_that_cannot_both_be_had(one: str, other: str, so: bool) -> None:
    assert parse_address(one).meets(parse_address(other)) is so
    assert parse_address(other).meets(parse_address(one)) is so


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        ("localhost", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "::1"),
        ("::1", "::1"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_where_this_machine_reaches_who_listens(host: str, reached: str) -> None:
    assert reached_at(host) == reached
