"""The address of the configured gateway, as a client of this machine writes it."""

import pytest

from proxy.cli.gateway_address import gateway_base
from proxy.core.settings import Settings


@pytest.mark.parametrize(
    ("listen", "base"),
    [
        ("127.0.0.1:8180", "http://127.0.0.1:8180"),
        ("127.0.0.1:0", "http://127.0.0.1:8180"),
        ("0.0.0.0:9000", "http://127.0.0.1:9000"),
        ("[::]:9000", "http://[::1]:9000"),
        ("[::1]:9000", "http://[::1]:9000"),
        ("localhost:9000", "http://127.0.0.1:9000"),
        ("unix:/run/gateway.sock", None),
    ],
)
def test_the_base(listen: str, base: str | None) -> None:
    assert gateway_base(Settings(listen=listen)) == base


def test_with_a_certificate_it_is_https() -> None:
    assert gateway_base(Settings(tls_certificate_file="c", tls_key_file="k")) == "https://127.0.0.1:8180"
