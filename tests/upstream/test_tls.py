"""Certificates are read beside the start, and the same ones as ever."""

import ssl
import subprocess
import sys
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


def test_a_process_that_ends_while_they_are_read_ends_in_peace(tmp_path: Path) -> None:
    """As where a start is refused. The bundle is of the size of the system's, read four times for good measure."""
    Authority(tmp_path).context()
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes((tmp_path / "test-authority.pem").read_bytes() * 150)
    script = "from proxy.upstream.tls import PreloadedTrust\nall = [PreloadedTrust() for _ in range(4)]"
    for _ in range(5):
        child = subprocess.run(
            [sys.executable, "-c", script], env={"SSL_CERT_FILE": str(bundle)}, timeout=20, check=False
        )
        assert child.returncode == 0
