"""The first part of the path belongs to another product than the host."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.hosts import PREFIXES, SERVED


def detect(request: ParsedRequest) -> Sighting | None:
    first = request.path.partition(b"?")[0].split(b"/")[1:2]
    prefix = first[0].decode("latin-1") if first else ""
    served = SERVED.get(request.host)
    if served is None or prefix not in PREFIXES or prefix in served:
        return None
    if request.answered(-1021, -1022):
        return None  # a host that looks at time and signature has the path
    return Sighting(PROVEN, (("path_prefix", "/" + prefix),))


SYMPTOM = Symptom(
    about=RuleText(
        rule="host-wrong-product",
        says="The path belongs to another product than the host.",
        why=(
            "/api and /sapi live on api.binance.com, /fapi on fapi, /dapi on dapi, /eapi on eapi, /papi "
            "on papi; the spot testnet has /api only."
        ),
        see="The first part of the path and the host name.",
        remedy=(
            "Send the path to the host of its product: /fapi to fapi.binance.com, /api and /sapi to "
            "api.binance.com."
        ),
        example="https://fapi.binance.com/fapi/v1/order   https://api.binance.com/api/v3/order",
    ),
    detect=detect,
    codes=frozenset({404, 403, -1020, -1099, -1121, -2008, -2014, -2015, -5000}),
)
