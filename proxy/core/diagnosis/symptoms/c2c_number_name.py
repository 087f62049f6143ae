"""A C2C call names its order or ad by another parameter than that call reads."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    call = request.path_text.removeprefix("/sapi/v1/c2c/")
    wanted = next(
        (name for end, name in _CALLS if call == end or (end.endswith("/") and call.startswith(end))), None
    )
    if not request.c2c or wanted is None:
        return None
    sent = {param.name for param in request.params} | set(request.json_fields)
    others = sorted((sent & _NUMBERS) - {wanted})
    if wanted in sent or not others:
        return None
    return Sighting(LIKELY, (("sent", ", ".join(others)), ("wanted", wanted)))


_NUMBERS = frozenset({"adOrderNo", "orderNumber", "orderNo", "advNo", "advNos", "adsNo", "advOrderNumber"})
_CALLS = (
    ("orderMatch/getUserOrderDetail", "adOrderNo"),
    ("agent/orderMatch/getUserOrderDetail", "orderNumber"),
    ("ads/getDetailByNo", "adsNo"),
    ("agent/ads/getDetailByNo", "advNo"),
    ("ads/updateStatus", "advNos"),
    ("agent/ads/updateStatus", "advNos"),
    ("orderMatch/checkIfCanPlaceOrder", "adsNo"),
    ("orderMatch/placeOrder", "adsNo"),
    ("orderMatch/markOrderAsPaid", "orderNumber"),
    ("orderMatch/cancelOrder", "orderNumber"),
    ("chat/", "orderNo"),
)


SYMPTOM = Symptom(
    about=RuleText(
        rule="c2c-wrong-number-name",
        says="The ad or order number was sent under a name that this C2C call does not read.",
        why=(
            "C2C calls the same thing adOrderNo, orderNumber, orderNo, advNo, advNos or adsNo, each "
            "call its own."
        ),
        see="-31002 'illegal parameter' or a -9000 answer.",
        remedy="Send the number under the name that this call reads.",
        example="orderMatch/getUserOrderDetail: adOrderNo   agent: orderNumber   chat: orderNo",
    ),
    detect=detect,
    codes=frozenset({-31002, -9000, -1000, -1102, -1002}),
)
