"""The text was signed in another character set or Unicode form than it was sent."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import UNRESERVED, escape, unquoted


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if candidate.text.isascii() and not _HIGH.search(candidate.text):
        return
    for convert in _CONVERSIONS:
        yield candidate.map(partial(_raw, convert=convert))
        yield candidate.map(partial(_escaped, convert=convert))


_HIGH = re.compile(rb"%[89A-Fa-f][0-9A-Fa-f]")
_CONVERSIONS: tuple[Callable[[str], bytes], ...] = (
    lambda text: text.encode("latin-1", "replace"),
    lambda text: text.encode("gbk", "replace"),
    lambda text: text.encode("shift_jis", "replace"),
    lambda text: text.encode("cp1251", "replace"),
    lambda text: text.encode("ascii", "backslashreplace"),
    lambda text: text.encode("ascii", "replace"),
    lambda text: text.encode("ascii", "ignore"),
    lambda text: unicodedata.normalize("NFD", text).encode(),
    lambda text: unicodedata.normalize("NFKC", text).encode(),
    lambda text: text.encode().decode("latin-1").encode(),
)


def _raw(pair: bytes, convert: Callable[[str], bytes]) -> bytes:
    return convert(unquoted(pair, plus=False).decode("utf-8", "replace").replace("\ufffd", "?"))


def _escaped(pair: bytes, convert: Callable[[str], bytes]) -> bytes:
    name, sign, _ = pair.partition(b"=")
    value, plain = (text.partition(b"=")[2] for text in (_raw(pair, convert), unquoted(pair, plus=False)))
    return pair if value == plain else name + sign + escape(value, UNRESERVED)


RULE = PairsRule(
    about=RuleText(
        rule="enc-other-charset",
        says=(
            "Non-ASCII characters were signed in another character set, as \\\\u escapes or in another "
            "Unicode form."
        ),
        why=(
            "Binance reads the octets of the URL as UTF-8; the signer used Latin-1, GBK, UTF-16 or JSON "
            "escapes."
        ),
        see="Characters outside ASCII in a value.",
        remedy="Encode the text as UTF-8, percent-encode it, then sign and send that.",
        example="quote(symbol.encode('utf-8'), safe='')",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=20,
    composed=20,
    alike=frozenset({"enc-safe-characters-differ", "enc-raw-signed-encoded-sent"}),
)
