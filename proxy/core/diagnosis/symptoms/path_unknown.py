"""The exchange answered 404 to a path that no documentation lists, or the path was switched off long ago."""

from proxy.core.catalogue import Catalogue
from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.path.startswith(b"/wapi/") and not request.host.endswith(".binance.us"):
        return Sighting(
            LIKELY,
            says="Paths under /wapi are no longer served: Binance switched them off in 2021.",
            remedy="Use the call under /sapi that took its place, such as /sapi/v1/capital/withdraw/apply.",
        )
    if (
        request.websocket
        or request.answer is None
        or request.answer.status != 404
        or not request.path_text.isascii()
    ):
        return None
    methods = Catalogue.builtin().methods_for(request.path_text)
    return Sighting(LIKELY) if not methods and b"//" not in request.path else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="host-path-unknown",
        says="The path is not known to any published list of endpoints.",
        why="A typing error, a retired version, or a path of another product.",
        see="HTTP 404.",
        remedy=(
            "Compare the path with the documentation, letter by letter: version number, spelling and "
            "letter case count."
        ),
        example="/api/v3/account",
    ),
    detect=detect,
    codes=frozenset({404, -1099, -1022}),
)
