"""A request in which people hid values, made fit to be judged: what was hidden gets a value as it should be.

The engine then sees whatever is wrong beside it. What it says of a filled-in value is dropped: nobody saw the real
one.
Where the exchange's answer complains of the very value, it was sent as it stands, and stays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from proxy.core.catalogue.parameters import Parameter, parameters_of
from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.answer import Answer, read_answer
from proxy.core.diagnosis.examination.observation import Transport
from proxy.core.diagnosis.names import shown
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.findings import Finding
from proxy.core.wire import BodyKind, Header, RawRequest, body_kind, pair_name
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.observation import STAND_IN_KEY
from proxy.explain.placeholders import is_stand_in, is_stand_in_pair

STAND_INS: Final = (
    "a word stands in the place of {}, so nothing is said of {}; if it was sent like this, put the value in"
)
_KEY: Final = "X-MBX-APIKEY"
_OWN_OCTETS: Final = ("mitmproxy flow",)
"""Files of programs, in which no person hid anything."""

_REFUSED: Final = frozenset({-1100, -1101, -1102, -1105, -1115, -1116, -1117, -1130})
_MALFORMED_KEY: Final = -2014
_SIGNATURE: Final = "5f0c1e" + "0123456789abcdef" * 3 + "9c4b7a21d8"
_STAMP: Final = 1_795_824_100_137
_IN_JSON: Final = re.compile(
    rb'"(?P<name>[A-Za-z_]\w{0,40})"(?P<is>\s{0,4}:\s{0,4})"(?P<value>[^"\\]{1,200})"'
)
_WORDS: Final = {"side": "BUY", "timeInForce": "GTC", "symbol": "BTCUSDT", "recvWindow": "5000"}
_NEUTRAL: Final = "type"
"""An order's type decides what else it needs: no type at all is assumed."""

_NAMING: Final = ("parameter", "missing", "name", "names")
_OF_RULES: Final = {
    "alg-": "signature",
    "secret-": "signature",
    "ts-": "timestamp",
    "recvwindow-": "recvWindow",
}
_OF_RULE: Final = {"param-symbol-format": "symbol", "param-client-order-id": "newClientOrderId"}


@dataclass(frozen=True, slots=True)
class Filled:
    """The request to be judged, and the parameters whose values are not the real ones."""

    seen: SeenRequest
    names: frozenset[str]

    def speaks_of_fill(self, finding: Finding) -> bool:
        """Whether a finding rests on a value that was filled in."""
        if not self.names or rules.kind(finding.rule) == "verdict":
            return False
        named = {one for key, value in finding.facts if key in _NAMING for one in str(value).split(", ")}
        named |= {name for start, name in _OF_RULES.items() if finding.rule.startswith(start)}
        named |= {_OF_RULE[finding.rule]} if finding.rule in _OF_RULE else set()
        return bool(named) and named <= self.names


def filled(seen: SeenRequest) -> Filled:
    """The request with fills, a remark that names what was hidden, and that part marked as unseen."""
    if seen.record is not None or seen.form.startswith(_OWN_OCTETS):
        return Filled(seen, frozenset())
    maker = _Maker(seen)
    request = maker.request()
    if not maker.names and not maker.key:
        return Filled(seen, frozenset())
    told = [*([_KEY] if maker.key else []), *(shown(name, 0) for name in maker.names)]
    remark = STAND_INS.format(_in_words(told), "it" if len(told) == 1 else "them")
    parts = {Part.VALUE} if maker.names else set()
    parts |= {Part.SIGNATURE} if "signature" in maker.names else set()
    marked = replace(
        seen,
        request=request,
        key_seen=seen.key_seen and not maker.key,
        unseen=seen.unseen | parts,
        remarks=(*seen.remarks, remark),
    )
    return Filled(marked, frozenset(maker.names))


def _in_words(names: list[str]) -> str:
    """`symbol, side and X-MBX-APIKEY`; a name that nobody documents is not shown."""
    *some, last = dict.fromkeys("a value" if name.startswith("parameter number") else name for name in names)
    return f"{', '.join(some)} and {last}" if some else last


class _Maker:
    """Fills one request; `names` and `key` say what was hidden in it."""

    def __init__(self, seen: SeenRequest) -> None:
        self._seen = seen
        self._answer: Answer | None = read_answer(seen.answer)
        self.names: dict[str, None] = {}
        self.key = False

    def request(self) -> RawRequest:
        request = self._seen.request
        path, mark, query = request.target.partition(b"?")
        kind = body_kind(request.body, request.header(b"content-type"))
        return structs.replace(
            request,
            target=path + mark + self._pairs(query),
            body=self._body(request.body, kind),
            headers=tuple(self._header(pair, kind) for pair in request.headers),
        )

    def _body(self, body: bytes, kind: BodyKind) -> bytes:
        if self._seen.transport is Transport.WEBSOCKET or kind is BodyKind.JSON:
            return _IN_JSON.sub(self._in_json, body)
        return self._pairs(body) if kind is BodyKind.FORM else body

    def _pairs(self, raw: bytes) -> bytes:
        return b"&".join(self._pair(pair) for pair in raw.split(b"&")) if raw else raw

    def _pair(self, pair: bytes) -> bytes:
        name = pair_name(pair).decode("utf-8", "replace")
        if not is_stand_in_pair(pair) or self._is_refused(name):
            return pair
        self.names[name] = None
        return pair.partition(b"=")[0] + b"=" + self._fill(name).encode()

    def _in_json(self, found: re.Match[bytes]) -> bytes:
        name, value = found["name"].decode(), found["value"].decode("utf-8", "replace")
        if name in ("method", "id") or not is_stand_in(name, value) or self._is_refused(name):
            return found[0]
        if name == "apiKey" and self._answer is not None and self._answer.code == _MALFORMED_KEY:
            return found[0]
        self.names[name] = None
        return b'"' + found["name"] + b'"' + found["is"] + b'"' + self._fill(name).encode() + b'"'

    def _header(self, pair: Header, kind: BodyKind) -> Header:
        name, value = pair[0].decode("latin-1"), pair[1].decode("utf-8", "replace")
        lower = name.lower()
        if lower == "x-mbx-apikey" and is_stand_in(name, value):
            self.key = self.key or self._answer is None or self._answer.code != _MALFORMED_KEY
        elif lower == "clienttype" and is_stand_in(name, value):
            return pair[0], b"web"
        elif lower == "content-type" and is_stand_in(name, value):
            return pair[
                0
            ], b"application/json" if kind is BodyKind.JSON else b"application/x-www-form-urlencoded"
        return pair

    def _is_refused(self, name: str) -> bool:
        """Whether the exchange complained of this very value."""
        answer = self._answer
        return answer is not None and answer.code in _REFUSED and name in named_parameters(answer.message)

    def _fill(self, name: str) -> str:
        if name == "timestamp":
            told = self._answer.server_ms if self._answer else None
            return str(told or self._seen.started_ms or _STAMP)
        if name in ("signature", "apiKey"):
            return _SIGNATURE if name == "signature" else STAND_IN_KEY
        if name == _NEUTRAL:
            return "ANY"
        return _WORDS.get(name) or _of_type(self._parameters.get(name))

    @property
    def _parameters(self) -> Mapping[str, Parameter]:
        request = self._seen.request
        path = request.path.decode("latin-1")
        return parameters_of(request.method.upper(), path) if path.isascii() else {}


def _of_type(parameter: Parameter | None) -> str:
    """A value that such a parameter takes."""
    if parameter is None:
        return "1"
    if parameter.values:
        return parameter.values[0]
    return {"BOOLEAN": "true", "STRING": "A1"}.get(parameter.type) or parameter.least or "1"
