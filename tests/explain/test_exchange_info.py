"""A saved answer of exchangeInfo: plain or gzipped, bounded, and never repeated in a message."""

import gzip
from pathlib import Path

import pytest

from proxy.core.errors import UsageError
from proxy.explain import exchange_info
from proxy.explain.exchange_info import read_exchange_info
from tests.core.test_symbol_rules import SPOT, info


@pytest.mark.parametrize("octets", [info(SPOT), gzip.compress(info(SPOT), mtime=0)])
def test_it_is_read_plain_and_gzipped(octets: bytes, tmp_path: Path) -> None:
    (tmp_path / "info").write_bytes(octets)
    assert set(read_exchange_info(str(tmp_path / "info"))) == {"BTCUSDT"}


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"private", "is not an answer of exchangeInfo"),
        (b'{"symbols":[]}', "has no symbols"),
        (b"\x1f\x8bprivate", "damaged"),
        (gzip.compress(info(SPOT), mtime=0)[:60], "is not an answer of exchangeInfo"),
        (b" " * 2_000, "larger than"),
        (gzip.compress(b" " * 2_000, mtime=0), "larger than"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(
    octets: bytes, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_info, "_MOST_OCTETS", 1_000)
    (tmp_path / "info").write_bytes(octets)
    with pytest.raises(UsageError, match=says) as caught:
        read_exchange_info(str(tmp_path / "info"))
    assert "private" not in str(caught.value)
    assert caught.value.hint is not None
    assert "exchangeInfo?symbol=BTCUSDT" in caught.value.hint


@pytest.mark.parametrize("name", ["missing", ".", "-", '{"symbols":[]}'])
def test_it_must_be_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="names no file"):
        read_exchange_info(name)
