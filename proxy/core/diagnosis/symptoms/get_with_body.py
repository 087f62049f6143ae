"""A GET request carries a body, which the firewall refuses."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.method == "GET" and request.raw.body.strip() and not request.websocket:
        return Sighting(PROVEN, (("body_octets", len(request.raw.body)),))
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-get-with-body",
        says="A GET request carries a body.",
        why=(
            "GET parameters belong into the query; the firewall in front of Binance may refuse a GET "
            "with a body."
        ),
        see="data= or json= in a GET call.",
        remedy="Put the parameters of a GET into the query string.",
        example="requests.get(url, params=params)   # not data=params",
    ),
    detect=detect,
    codes=frozenset({403, -1102, 400, -1022}),
)
