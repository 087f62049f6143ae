"""A form was sent to an endpoint that reads JSON alone."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.wire import BodyKind


def detect(request: ParsedRequest) -> Sighting | None:
    endpoint = request.endpoint
    if request.body_kind is not BodyKind.FORM or endpoint is None or endpoint.params_in != {"json"}:
        return None
    return Sighting(LIKELY)


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-form-on-json-endpoint",
        says="The parameters were sent as a form to an endpoint that reads a JSON body.",
        why=(
            "The C2C calls read timestamp, recvWindow and signature from the query and everything else "
            "from a JSON body."
        ),
        see="Content-Type application/x-www-form-urlencoded on a C2C path.",
        remedy=(
            "Put timestamp, recvWindow and signature into the query and the business fields into a JSON body."
        ),
        example='POST /sapi/v1/c2c/ads/search?timestamp=...&signature=...   {\\"asset\\": \\"USDT\\"}',
    ),
    detect=detect,
    codes=frozenset({-1000, -9000, -31002, -1102, -1022}),
)
