"""Errors of the services behind /sapi: success=false inside HTTP 200, -9000 wrappers, C2C codes."""

import re
from typing import Final

from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
)

_CODES: Final = {
    "83229": "c2c-merchant-resting",
    "83230": "c2c-merchant-resting",
    "83664": "c2c-payment-method-shape",
    "83749": "c2c-classification",
    "-31002": "c2c-illegal-parameter",
    "ILLEGAL_PARAMETERS": "c2c-illegal-parameter",
    "FIAT_ASSET_ILLEGAL": "c2c-pair-not-offered",
}
_TEXTS: Final = (
    (re.compile(r"\b(187031|187040|187049)\b"), "c2c-volume-out-of-step"),
    (re.compile(r"(?i)limited range|rango limitado"), "c2c-price-band"),
    (re.compile(r"\b(83229|83230)\b"), "c2c-merchant-resting"),
    (re.compile(r"\b83664\b"), "c2c-payment-method-shape"),
    (re.compile(r"\b83749\b"), "c2c-classification"),
    (re.compile(r"(?i)permission denied"), "perm-permission-missing"),
)


def applies(request: ParsedRequest) -> bool:
    answer = request.answer
    return answer is not None and (
        answer.refused_in_200 or str(answer.code) in _CODES or str(answer.code) in ("-9000", "-1000")
    )


def judge(case: Case) -> Opinion:
    answer = case.request.answer
    if answer is None or answer.code in (-2008, -2014, -2015, -1021, -1022, -1100, -1102, -1104):
        return Opinion()
    inside = ("This is an error although the HTTP status is 200.",) if answer.refused_in_200 else ()
    known = _CODES.get(str(answer.code)) or next(
        (n for text, n in _TEXTS if text.search(answer.message)), None
    )
    if known is not None:
        return Opinion(((known, Sighting(PROVEN if known.startswith("c2c-m") else LIKELY)),), inside)
    if case.explained or "host-path-unknown" in case.found:
        return Opinion(notes=inside)
    if str(answer.code) == "-9000":
        return Opinion((("answer-wrapped-error", Sighting(LIKELY)),), inside)
    if str(answer.code) == "-1000":
        return Opinion((("exchange-unknown-error", Sighting(POSSIBLE)),), inside)
    return Opinion((("answer-business-error", Sighting(LIKELY)),), inside)


TEXTS: Final = (
    RuleText(
        rule="answer-business-error",
        says="The service refused the request inside an answer with HTTP status 200.",
        why="C2C and other services behind /sapi answer success=false with a code of their own.",
        see="success: false, or a code other than 000000, in the body.",
        remedy="Judge by code and success, never by the HTTP status alone.",
        example='{"code": "83229", "message": "...", "success": false}',
    ),
    RuleText(
        rule="answer-wrapped-error",
        says="The service behind the gateway refused the request (-9000); its text holds the reason.",
        why="-9000 wraps business errors: a partial ad object, a volume that changed, a price outside its band.",
        see="The text of the answer, possibly in the language of the account.",
        remedy="Read the text; for ads/update send the whole ad object, freshly read.",
    ),
    RuleText(
        rule="exchange-unknown-error",
        says="Binance could not say more than 'unknown error' (-1000).",
        why="A JSON body with wrong field names or types, a form where JSON is read, or a fault at Binance.",
        see="Compare body and Content-Type with the documentation.",
        remedy="C2C: query for timestamp and signature, JSON body for the rest. Else retry a read after a while.",
    ),
    RuleText(
        rule="c2c-volume-out-of-step",
        says="The remaining volume of the ad changed since it was read.",
        why="An order took a part of it between reading and writing (187031, 187040, 187049).",
        see="The number inside the -9000 text.",
        remedy="Read the ad again, recompute the amount, and send the whole object.",
        example="initAmount = old initAmount - old surplusAmount + wanted surplusAmount",
    ),
    RuleText(
        rule="c2c-price-band",
        says="The price lies outside the allowed band.",
        why="Binance limits ad prices around the reference price.",
        see="'limited range' in the text of the answer.",
        remedy="Move the price into the band of ads/getReferencePrice.",
    ),
    RuleText(
        rule="c2c-merchant-resting",
        says="The merchant is in rest mode: ads are paused.",
        why="startRest is active, or a scheduled break (83229, 83230).",
        see="businessStatus 3 in user/baseDetail.",
        remedy="End the rest mode on the web site or by the API, then send the request again.",
    ),
    RuleText(
        rule="c2c-payment-method-shape",
        says="The payment methods were sent in the shape in which they are read, not in the one for writing.",
        why="ads/getDetailByNo answers another shape than ads/update takes (83664).",
        see="The object of the read was posted back unchanged.",
        remedy="Build tradeMethods from the list of payment methods.",
    ),
    RuleText(
        rule="c2c-classification",
        says="The ad needs another classification.",
        why="Merchant accounts may not post 'mass' ads (83749).",
        see="classify in the body is missing or mass.",
        remedy="Send classify=profession with the ad.",
    ),
    RuleText(
        rule="c2c-illegal-parameter",
        says="The C2C service misses or refuses a field or the clientType header.",
        why="A field has another name in this call, a number was sent as text, or clientType is missing.",
        see="-31002 'illegal parameter'.",
        remedy="Add clientType: web and check the field names of this call.",
    ),
    RuleText(
        rule="c2c-pair-not-offered",
        says="This asset is not traded against this currency.",
        why="Not every asset is offered for every fiat currency.",
        see="digitalCurrency/list and fiatCurrency/list.",
        remedy="Choose a pair from the currency lists.",
    ),
)

VERDICT = Verdict(name="wrapped", about=TEXTS, applies=applies, judge=judge)
