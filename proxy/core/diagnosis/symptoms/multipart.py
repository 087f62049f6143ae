"""The body is multipart, which Binance does not read."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    return Sighting(PROVEN) if request.multipart and request.raw.body else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-multipart-body",
        says="The body is multipart/form-data, which Binance does not read as parameters.",
        why=(
            "FormData, files= or curl -F build a multipart body; Binance reads query and url-encoded forms."
        ),
        see="Content-Type multipart/form-data.",
        remedy=(
            "Put the parameters into the query string, or send them as application/x-www-form-urlencoded."
        ),
        example="requests.post(url, data=params)   # not files=params",
    ),
    detect=detect,
    codes=frozenset({-1102, -1022, -1000}),
)
