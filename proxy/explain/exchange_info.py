"""A saved answer of exchangeInfo: the filters that an order must pass."""

from pathlib import Path
from typing import Final

from proxy.core.decompress import UndecodedError, decompressed
from proxy.core.errors import UsageError
from proxy.core.foreign_json import UnreadableError
from proxy.core.symbol_rules import Rules, read_rules
from proxy.explain.inputs import is_file, read_file

_MOST_OCTETS: Final = 64 * 1024 * 1024
"""The list of all spot symbols has some 15 MB."""
_GZIP: Final = b"\x1f\x8b"
_HOW: Final = "save it with: curl -o info.json 'https://api.binance.com/api/v3/exchangeInfo?symbol=BTCUSDT'"


def read_exchange_info(path: str) -> Rules:
    """The rules in a file, plain or gzipped. Raises UsageError, never with a word of the file in it."""
    octets = _plain(path)
    if len(octets) > _MOST_OCTETS:
        raise UsageError("the file of --exchange-info is larger than 64 MiB", _HOW)
    try:
        rules = read_rules(octets)
    except UnreadableError:
        raise UsageError("the file of --exchange-info is not an answer of exchangeInfo", _HOW) from None
    if not rules:
        raise UsageError("the file of --exchange-info has no symbols", _HOW)
    return rules


def _plain(path: str) -> bytes:
    """The text of the file, at most one octet more of it than may be."""
    if not is_file(path):
        raise UsageError("--exchange-info names no file", _HOW)
    octets = read_file(Path(path))
    if not octets.startswith(_GZIP):
        return octets
    try:
        return decompressed(octets, b"gzip", _MOST_OCTETS + 1)[0]
    except UndecodedError:
        raise UsageError("the file of --exchange-info is gzip, but damaged", _HOW) from None
