"""Host, path and method as they should be, and parameters where they are read."""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.parameters import parameters_of
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending.draft import Draft, Mended, named, value
from proxy.core.diagnosis.mending.names import each_once
from proxy.core.diagnosis.symptoms.hosts import SERVED, near
from proxy.core.findings import Finding
from proxy.core.wire import BodyKind, percent_decoded, split_pairs

_TIMES: Final = re.compile(rb"(?:\xc3\x97|\xd7|%C3%97|%D7)tamp(?==)", re.IGNORECASE)
_SEPARATOR: Final = re.compile(rb"%(?:25)?(?:3D|26)", re.IGNORECASE)
_TEST: Final = {"api": "testnet.binance.vision", "fapi": "testnet.binancefuture.com",
                "dapi": "testnet.binancefuture.com", "eapi": "testnet.binancefuture.com"}  # fmt: skip
_DEMO: Final = {
    "api": "demo-api.binance.com",
    "fapi": "demo-fapi.binance.com",
    "dapi": "demo-dapi.binance.com",
}
_LIVE: Final = {"api": "api.binance.com", "sapi": "api.binance.com", "fapi": "fapi.binance.com",
                "dapi": "dapi.binance.com", "eapi": "eapi.binance.com", "papi": "papi.binance.com"}  # fmt: skip
_METHODS: Final = "which of {} you mean cannot be told"


def spelt_host(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """The host of Binance that is one or two letters away."""
    first = draft.path.split(b"/")[1:2]
    prefix = first[0].decode("latin-1") if first else ""
    close = [known for known in SERVED if near(draft.host, known) and prefix in SERVED[known]]
    return replace(draft, host=close[0]) if close else "which host was meant cannot be told"


def host_of_product(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """The host that serves the path, in the same environment."""
    first = draft.path.split(b"/")[1:2]
    prefix = first[0].decode("latin-1") if first else ""
    hosts = _TEST if "testnet" in draft.host else _DEMO if draft.host.startswith("demo-") else _LIVE
    host = hosts.get(prefix)
    return replace(draft, host=host) if host else "no host of this environment serves this path"


def single_slashes(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """One slash between segments, and none at the end."""
    return replace(draft, path=re.sub(rb"/{2,}", b"/", draft.path).rstrip(b"/") or b"/")


def documented_method(draft: Draft, request: ParsedRequest, _finding: Finding) -> Mended:
    """The method of this path that takes what was sent; of several, that cannot be told."""
    path = draft.path.decode("latin-1")
    sent = {named(pair) for pair in draft.pairs} - {"timestamp", "recvWindow", "signature"}
    placing = {"side", "type"} <= sent
    methods = Catalogue.builtin().methods_for(path)
    fit = [one for one in methods if sent <= parameters_of(one, path).keys()] or list(methods)
    if placing and "POST" in fit:
        fit = ["POST"]
    if len(fit) != 1:
        return _METHODS.format(" or ".join(methods) or "the methods")
    return replace(draft, method=fit[0])


def asked_method(draft: Draft, request: ParsedRequest, finding: Finding) -> Mended:
    """What a browser asked leave for (CORS): the call itself, sent from elsewhere."""
    if draft.method != "OPTIONS":
        return draft
    asked = (request.raw.header(b"access-control-request-method") or b"").decode("latin-1").strip().upper()
    if asked in Catalogue.builtin().methods_for(draft.path.decode("latin-1")):
        return replace(draft, method=asked)
    return documented_method(draft, request, finding)


def whole_query(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """Separators that were encoded are decoded, once for each time."""

    def change(pair: bytes) -> tuple[bytes, ...]:
        name = pair.partition(b"=")[0]
        if not _SEPARATOR.search(name):
            return (pair,)
        return tuple(split_pairs(percent_decoded(pair)))

    return each_once(draft.changed(change))


def timestamp_entity(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """`&timestamp` where a page made a multiplication sign of it."""
    return draft.changed(lambda pair: tuple(split_pairs(_TIMES.sub(b"&timestamp", pair))))


def encoded_once(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """`%25XX` as `%XX`."""
    return draft.changed(lambda pair: (re.sub(rb"%25(?=[0-9A-Fa-f]{2})", b"%", pair),))


def form_to_query(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """Parameters of a form, where only the query is read."""
    return replace(draft, query=draft.query + draft.form, form=(), kind=BodyKind.EMPTY)


def json_to_form(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """A flat JSON object as a form."""
    if draft.kind is not BodyKind.JSON:  # another mend has moved it
        return draft
    fields = draft.fields
    if not fields or any(isinstance(one, list | dict) for one in fields.values()):
        return "the JSON of the body is no flat object, so what its members mean as parameters cannot be told"
    texts = {name: _text(one) for name, one in fields.items() if one is not None}
    form = tuple(split_pairs(urlencode(texts).encode()))
    if draft.method in ("GET", "DELETE"):
        return replace(draft, query=draft.query + form, body=b"", kind=BodyKind.EMPTY)
    return replace(draft, form=form, body=b"", kind=BodyKind.FORM)


def _text(one: object) -> str:
    return ("true" if one else "false") if isinstance(one, bool) else str(one)


def form_to_json(draft: Draft, _request: ParsedRequest, _finding: Finding) -> Mended:
    """A form as a JSON object of texts, without what a signer adds."""
    own = ("timestamp", "recvWindow", "signature")
    fields = {named(pair): value(pair) for pair in draft.form if named(pair) not in own}
    return replace(draft, form=(), kind=BodyKind.JSON).with_fields(fields)


def body_to_query(draft: Draft, request: ParsedRequest, finding: Finding) -> Mended:
    """A GET has no body: its parameters stand in the query."""
    if draft.kind is BodyKind.FORM:
        return form_to_query(draft, request, finding)
    if draft.kind is BodyKind.JSON and draft.fields:
        return json_to_form(draft, request, finding)
    return replace(draft, body=b"", kind=BodyKind.EMPTY)
