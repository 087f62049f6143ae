"""The method of a WebSocket frame is none that the host knows: misspelt, retired, or of another product."""

import difflib

from proxy.core.catalogue.websocket_methods import Method, method_names, methods_of
from proxy.core.diagnosis.frames.frame_methods import methods_meant, served_families
from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.frame is None or not request.frame.method:
        return None
    meant, anywhere = methods_meant(request), methods_of(request.frame.method)
    if any(not one.removed for one in meant):
        return None
    if meant:
        return _retired(meant[0])
    if anywhere:
        return _elsewhere(anywhere)
    return _misspelt(request.frame.method, served_families(request))


def _retired(method: Method) -> Sighting:
    return Sighting(
        LIKELY,
        (("method", method.name),),
        says=f"Binance retired the method {method.name}: {method.note.partition(';')[0]}.",
        remedy="Use userDataStream.subscribe.signature, or userDataStream.subscribe after session.logon.",
    )


def _elsewhere(methods: tuple[Method, ...]) -> Sighting:
    hosts = " and ".join(sorted({_HOSTS.get(one.family, "ws-api.binance.com") for one in methods}))
    return Sighting(
        LIKELY,
        (("served_by", hosts),),
        says=f"The method {methods[0].name} is served by {hosts}; the frame was sent to another host.",
        remedy="Send it there, or use the method of this host.",
    )


_HOSTS = {"fapi": "ws-fapi.binance.com", "dapi": "ws-dapi.binance.com"}


def _misspelt(name: str, families: frozenset[str]) -> Sighting | None:
    """Only where one that there is looks like it: the table may be older than a method."""
    known = [one for one in method_names() if any(method.family in families for method in methods_of(one))]
    folded = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.75)
    if not close:
        return None
    meant = folded[close[0]]
    return Sighting(
        LIKELY,
        (("meant", meant),),
        says=f"The method of the frame is none that there is; {meant} was probably meant.",
        remedy=f"Write {meant}; methods are case-sensitive.",
    )


SYMPTOM = Symptom(
    about=RuleText(
        rule="ws-method-unknown",
        says="The method of the WebSocket frame is not one that this host knows.",
        why="Methods are case-sensitive words with dots. Spot, USD-M and COIN-M have different ones, on other hosts.",
        see="The word behind 'method' in the frame, and the host of the connection.",
        remedy="Compare it with the list of methods of this product.",
        example='{"id":"1","method":"order.place","params":{...}}',
    ),
    detect=detect,
    codes=frozenset({-1000, -1020, -1102, -1100, -1104, -1099, -32601}),
)
