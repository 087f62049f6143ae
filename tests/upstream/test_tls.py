"""Certificates are read beside the start, and the same ones as ever."""

import ssl
from pathlib import Path

import pytest

from harness.authority import Authority
from proxy.upstream.tls import PreloadedTrust, empty_context, tls_context


def test_read_ahead_is_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Authority(tmp_path).context()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "test-authority.pem"))
    now, ahead = tls_context(), PreloadedTrust()()
    assert len(now.get_ca_certs()) == 1
    assert ahead.get_ca_certs() == now.get_ca_certs()
    for context in (now, ahead):
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_without_certificates_nobody_is_trusted_and_everybody_verified() -> None:
    context = empty_context()
    assert context.get_ca_certs() == []
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
