"""One request taken apart once, for all rules to read. Raw octets stand beside every parsed view."""

import json
import re
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.diagnosis.examination.answer import Answer, read_answer
from proxy.core.diagnosis.examination.observation import Observation, Transport
from proxy.core.diagnosis.frames.frame import Frame, read_frame
from proxy.core.diagnosis.names import shown
from proxy.core.diagnosis.search.candidate import Candidate
from proxy.core.foreign_json import UnreadableError, read_digits
from proxy.core.secret_forms import Stars
from proxy.core.signing.algorithms import HmacKey, PrivateKey, PublicKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.symbol_rules import Market, SymbolRules
from proxy.core.wire import (
    BodyKind,
    body_kind,
    media_type,
    pair_name,
    pair_value,
    percent_decoded,
    signature_pairs,
    without_signatures,
)

_KEY_HEADER: Final = b"x-mbx-apikey"
_KEY_FORM: Final = re.compile(rb"[A-Za-z0-9]{64}")
_FUTURES_PATHS: Final = ("/fapi/", "/dapi/", "/papi/v1/um/", "/papi/v1/cm/", "/ws-fapi/", "/ws-dapi/")
_FUTURES_HOSTS: Final = ("ws-fapi.", "ws-dapi.", "testnet.binancefuture.")
_MAX_PAIRS: Final = 2000
_LARGE_OCTETS: Final = 8 * 1024
_LARGE_PAIRS: Final = 250
_MOST_SIGNATURES: Final = 40
_MAX_JSON: Final = 262_144
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{64}")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]{86,684}={0,2}")
_WHOLE_TIMESTAMP: Final = re.compile(r"[0-9]{13}(?:[0-9]{3})?")


@dataclass(frozen=True, slots=True)
class SentSignature:
    """A signature on the wire. `raw` as it stands, `text` percent-decoded (`+` stays `+`)."""

    raw: bytes
    text: bytes
    place: str  # query | form | frame
    last: bool  # nothing follows it in its part

    @property
    def is_hmac(self) -> bool:
        """Whether it has the form of an HMAC-SHA256: 64 hex digits."""
        return _HEX.fullmatch(self.text) is not None

    @property
    def formed(self) -> bool:
        """Whether it has the form of a signature at all: of an HMAC, or of Ed25519 and RSA in base64."""
        return self.is_hmac or _BASE64.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter, percent-decoded with `+` read as a blank."""

    name: str
    value: str
    raw_name: bytes
    raw_value: bytes
    index: int

    @property
    def shown(self) -> str:
        return shown(self.name, self.index)


class ParsedRequest:
    """A request, its answer and the keys at hand, parsed for reading. `raw` are the octets of the request.

    Every property is total: malformed input gives an empty or partial view.
    """

    def __init__(self, observation: Observation) -> None:
        self.observation = observation
        self.raw = observation.request
        self.method = observation.request.method.upper()
        self.path = observation.request.path
        self.host = (observation.host or "").lower()
        self.websocket = observation.transport is Transport.WEBSOCKET
        self.frame: Frame | None = read_frame(self.raw.body) if self.websocket else None
        self.content_type = self.raw.header(b"content-type")
        self.multipart = media_type(self.content_type).startswith("multipart/")
        unread = self.websocket or self.multipart
        self.body_kind = BodyKind.OTHER if unread else body_kind(self.raw.body, self.content_type)
        self.answer: Answer | None = read_answer(observation.answer)
        self.verified: bool | None = None  # set by the engine once the signature was checked
        self.signatures: tuple[SentSignature, ...] = ()
        self.base = self._sent()

    def __repr__(self) -> str:
        return "ParsedRequest(...)"  # the octets of a request may hold anything

    # -- the signed part -----------------------------------------------------------------------------

    def _sent(self) -> Candidate:
        if self.websocket:
            return self._sent_in_frame()
        self.signatures = (*_signatures(self.raw.query, "query"), *_signatures(self.raw_form, "form"))
        most = _LARGE_PAIRS if self.large else _MAX_PAIRS
        return Candidate(_unsigned(self.raw.query, most), _unsigned(self.raw_form, most))

    @property
    def raw_form(self) -> bytes:
        return self.raw.body if self.body_kind is BodyKind.FORM else b""

    @cached_property
    def large(self) -> bool:
        """Larger than any request that Binance has an endpoint for. Its signature is verified and what Binance
        answered is explained; more would take a gateway's time from everybody else."""
        text = (self.raw.query, self.raw_form)
        return (
            sum(map(len, text)) > _LARGE_OCTETS or sum(part.count(b"&") for part in text) > _LARGE_PAIRS
        ) and not self.websocket

    @property
    def large_body(self) -> bool:
        """Whether a body that is no form, JSON mostly, is larger than any that Binance has an endpoint for. It is
        not part of what should be signed, and rules look for it there in the plainest ways only."""
        return len(self.other_body) > _LARGE_OCTETS

    @property
    def other_body(self) -> bytes:
        """A body that is not part of the payload; `b""` for a form."""
        return b"" if self.websocket or self.body_kind is BodyKind.FORM else self.raw.body

    @cached_property
    def respaced_bodies(self) -> tuple[bytes, ...]:
        """A JSON body in the spacing of other serialisers; none of a large one."""
        if self.json_body is None or self.large_body:
            return ()
        compact = json.dumps(self.json_body, separators=(",", ":"), ensure_ascii=False)
        return compact.encode("utf-8", "replace"), json.dumps(self.json_body).encode()

    def _sent_in_frame(self) -> Candidate:
        if self.frame is None:
            return Candidate(())
        if self.frame.signature is not None:
            self.signatures = (SentSignature(self.frame.signature, self.frame.signature, "frame", True),)
        return Candidate(
            tuple(sorted(self.frame.pairs[:_MAX_PAIRS], key=lambda pair: pair.partition(b"=")[0]))
        )

    @cached_property
    def expected(self) -> bytes:
        """The octets that should have been signed."""
        if self.large:  # whose candidate may hold a part of its pairs only
            return without_signatures(self.raw.query) + without_signatures(self.raw_form)
        return self.base.text

    @cached_property
    def signature(self) -> SentSignature | None:
        """The one that is spoken of: of several the last that has the form of one, else the last."""
        formed = (sent for sent in reversed(self.signatures) if sent.formed)
        return next(formed, self.signatures[-1] if self.signatures else None)

    # -- parameters ----------------------------------------------------------------------------------

    @cached_property
    def params(self) -> tuple[Param, ...]:
        """Query and form parameters without signatures, in wire order; of a frame, its params."""
        pairs = self.frame.pairs if self.frame else self.base.pairs
        return tuple(_param(pair, i, raw=self.websocket) for i, pair in enumerate(pairs))

    @cached_property
    def json_body(self) -> Any:
        """The parsed JSON body; None where there is none or it cannot be read."""
        if self.body_kind is not BodyKind.JSON or len(self.raw.body) > _MAX_JSON:
            return None
        try:
            return read_digits(self.raw.body)
        except UnreadableError:
            return None

    @cached_property
    def json_fields(self) -> dict[str, Any]:
        return self.json_body if isinstance(self.json_body, dict) else {}

    def param(self, name: str) -> Param | None:
        """The first parameter of exactly this name."""
        return next((param for param in self.params if param.name == name), None)

    @property
    def timestamp_ms(self) -> int | None:
        """The timestamp as milliseconds, when it is a plausible whole number of ms or us."""
        sent = self.param("timestamp")
        if sent is None or not _WHOLE_TIMESTAMP.fullmatch(sent.value):
            return None
        return int(sent.value[:13])

    @cached_property
    def exchange_ms(self) -> int | None:
        """Exchange time of the request: measured, else from the answer."""
        if self.observation.exchange_ms is not None:
            return self.observation.exchange_ms
        return self.answer.server_ms if self.answer else None

    # -- key -----------------------------------------------------------------------------------------

    @cached_property
    def key_headers(self) -> tuple[bytes, ...]:
        return tuple(value for name, value in self.raw.headers if name.lower() == _KEY_HEADER)

    @property
    def sent_key(self) -> bytes | None:
        """The API key as it travelled: header, or `apiKey` of a frame."""
        if self.frame is not None:
            return self.frame.api_key
        return self.key_headers[0] if self.key_headers else None

    @cached_property
    def known(self) -> KnownKey | None:
        """The key to judge with: the one whose API key travelled, else the first that can compute."""
        keys = self.observation.keys
        sent = self.sent_key or b""
        same = (key for key in keys if key.api_key and key.api_key.encode() == sent)
        able = (key for key in keys if key.signing is not None)
        return next(same, None) or next(able, None) or (keys[0] if keys else None)

    @property
    def known_api_key(self) -> bytes | None:
        """The configured API key; what travelled stands in where none is configured."""
        if self.known is not None and self.known.api_key:
            return self.known.api_key.encode()
        return self.sent_key

    @property
    def secret(self) -> bytes | None:
        """The HMAC secret, for rules that compare or compute. Never to be put into a finding."""
        signing = self.known.signing if self.known else None
        return signing.secret.reveal() if isinstance(signing, HmacKey) else None

    @property
    def private_key_text(self) -> bytes | None:
        """The PEM text of the private key, for a client that took it for an HMAC secret. Never to be put into a
        finding."""
        signing = self.known.signing if self.known else None
        text = signing.text if isinstance(signing, PrivateKey) else None
        return text.reveal() if text is not None else None

    @property
    def public_key(self) -> PublicKey | None:
        signing = self.known.signing if self.known else None
        if isinstance(signing, PrivateKey):
            return signing.public()
        return signing if isinstance(signing, PublicKey) else None

    @cached_property
    def all_secrets(self) -> tuple[bytes, ...]:
        """Every HMAC secret at hand, for scrubbing."""
        signings = (key.signing for key in self.observation.keys)
        return tuple({key.secret.reveal(): None for key in signings if isinstance(key, HmacKey)})

    @cached_property
    def stars(self) -> Stars:
        """Hides them in what is shown, and the API key that was sent: a signed text may hold it."""
        key = self.sent_key or b""
        return Stars((*self.all_secrets, key) if _KEY_FORM.fullmatch(key) else self.all_secrets)

    # -- what Binance offers there -------------------------------------------------------------------

    @cached_property
    def path_text(self) -> str:
        return self.path.decode("latin-1")

    @cached_property
    def endpoint(self) -> Endpoint | None:
        return None if self.websocket else Catalogue.builtin().find(self.method, self.path_text)

    @property
    def symbol_rules(self) -> SymbolRules | None:
        """What exchangeInfo says of the symbol of this request, where it is at hand and of the same market."""
        symbol = self.param("symbol")
        rules = self.observation.rules.get(symbol.value) if symbol is not None else None
        futures = self.path_text.startswith(_FUTURES_PATHS) or self.host.startswith(_FUTURES_HOSTS)
        market = Market.FUTURES if futures else Market.SPOT
        return rules if rules is not None and rules.market is market else None

    @property
    def c2c(self) -> bool:
        return self.path.startswith(b"/sapi/v1/c2c/")

    def answered(self, *codes: int | str) -> bool:
        return self.answer is not None and self.answer.code in codes

    @property
    def succeeded(self) -> bool:
        return self.answer is not None and self.answer.success


def _unsigned(raw: bytes, most: int) -> tuple[bytes, ...]:
    """The first pairs without signatures, as many as are looked at."""
    return (
        tuple(pair for pair in raw.split(b"&", most)[:most] if pair_name(pair) != b"signature") if raw else ()
    )


def _signatures(raw: bytes, place: str) -> tuple[SentSignature, ...]:
    """The signatures of one part, in order: the first ones and the last, of which any request has few."""
    pairs = signature_pairs(raw)
    looked_at = (*islice(pairs, _MOST_SIGNATURES), *deque(pairs, maxlen=1))
    return tuple(
        SentSignature(value := pair_value(found.pair), percent_decoded(value), place, found.end == len(raw))
        for found in looked_at
    )


def _param(pair: bytes, index: int, *, raw: bool) -> Param:
    name, _, value = pair.partition(b"=")
    if raw:
        return Param(_text(name), _text(value), name, value, index)
    plain = percent_decoded(value[:_LARGE_OCTETS].replace(b"+", b" "))
    return Param(_text(percent_decoded(name)), _text(plain), name, value, index)


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")
