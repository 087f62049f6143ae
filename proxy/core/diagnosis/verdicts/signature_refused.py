"""-1022: the octets that were signed are not those that arrived, or the secret is not this key's."""

import re
from typing import Final

from proxy.core.diagnosis.verdicts.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    Case,
    Named,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
    likely,
    possible,
)
from proxy.core.findings import SignatureState
from proxy.core.wire import BodyKind

_HEX: Final = re.compile(rb"[0-9A-Fa-f]{64}")
_SHORT_HEX: Final = re.compile(rb"[0-9A-Fa-f]{0,59}")
_SPECIAL: Final = re.compile(rb"%|\+|[^\x21-\x7e]|[\[\]{}\"',:@!*()]")


def applies(request: ParsedRequest) -> bool:
    wrong_form = request.answered(-1100) and "'signature'" in (
        request.answer.message if request.answer else ""
    )
    return request.answered(-1022) or wrong_form


def judge(case: Case) -> Opinion:
    request = case.request
    if case.signature is SignatureState.ABSENT:
        return Opinion()
    if case.right:
        return _right(case)
    if case.explained:
        return Opinion()
    form = _form(request)
    if case.signature is SignatureState.UNCHECKED:
        return Opinion((*form, *possible(*_suspects(request), "secret-of-another-key")), (_MEANING,))
    if request.large:
        return Opinion(form)
    tried = f"{NOT_FOUND} ({case.tried} signatures recomputed)."
    if not case.searched:
        return Opinion(form, ("The search is still going on.",))
    other = (_OTHER,) if not form and _is_plain(case) else possible("secret-of-another-key")
    return Opinion((*form, *other), (tried, OTHER_SECRET))


def _is_plain(case: Case) -> bool:
    """Whether hardly any other mistake is left: a whole search, few pairs, no character with two spellings, no body
    beside the form, one signature."""
    request = case.request
    return not (
        case.stopped
        or len(request.base.pairs) > _ALL_ORDERS
        or len(request.signatures) > 1
        or request.other_body
        or _SPECIAL.search(request.base.text)
        or request.websocket
    )


def _right(case: Case) -> Opinion:
    """Equal to what the given secret makes of the octets at hand, and refused all the same."""
    if case.explained or "param-unknown-name" in case.found:
        return Opinion(possible("secret-of-another-key"))
    known, sent = case.request.known, case.request.sent_key
    if known is not None and known.api_key and sent is not None and known.api_key.encode() != sent:
        mixed = (
            ("secret-of-another-key", Sighting(PROVEN, (("header_key", "not the one of this secret"),))),
        )
        return Opinion(
            mixed, ("The API key that was sent is not the one that is configured with this secret.",)
        )
    return Opinion(
        likely("secret-of-another-key"),
        ("The signature equals the one that the given secret makes, so that secret is not this key's.",),
    )


def _form(request: ParsedRequest) -> tuple[Named, ...]:
    """A signature that has not even the form of one."""
    text = request.signature.text if request.signature else b""
    if _HEX.fullmatch(text) or request.public_key is not None or (request.secret is None and len(text) >= 80):
        return ()
    shortened = _SHORT_HEX.fullmatch(text)  # by who posted it, as likely as not
    return (
        ("alg-signature-not-hex", Sighting(POSSIBLE if shortened else LIKELY, (("characters", len(text)),))),
    )


def _suspects(request: ParsedRequest) -> tuple[str, ...]:
    """What the request makes possible: nobody forgets a body that is not there."""
    names = []
    if request.body_kind is BodyKind.JSON:
        names.append("scope-json-body-appended")
    if request.base.query and request.base.form:
        names += ["scope-ampersand-between-query-and-body", "scope-form-body-not-signed"]
    if _SPECIAL.search(request.base.text):
        names += ["enc-raw-signed-encoded-sent", "enc-safe-characters-differ"]
    return (*names, "scope-param-added-after-signing", "secret-trailing-whitespace")


_OTHER: Final = (
    "secret-of-another-key",
    Sighting(
        LIKELY,
        says="The signature was probably made with another secret than the one given here: of an older key, another"
        " account or another exchange.",
        remedy="Compare the secret in the program with the one given here, first and last characters, and use the one"
        " that Binance showed together with this API key.",
    ),
)
_ALL_ORDERS: Final = 8
"""Of so many pairs all orders are tried."""
_MEANING: Final = (
    "-1022 means that the octets that were signed differ from those that arrived, or that the secret is not"
    " this key's. The clock has nothing to do with it, and a retry does not help."
)
NOT_FOUND: Final = "None of the known departures reproduces the signature"
OTHER_SECRET: Final = (
    "Either another secret was used than the one given here, or a mistake that is not yet known."
)

TEXTS: Final = (
    RuleText(
        rule="secret-of-another-key",
        says="The secret does not belong to the API key.",
        why="The request was signed with the secret of an older, deleted or different key.",
        see="The signature is right for the secret you have, and Binance still answers -1022.",
        remedy=("Use the secret that was shown with this API key. If it is lost, make a new key pair."),
        example="",
    ),
    RuleText(
        rule="alg-signature-not-hex",
        says="The signature has not the form of an HMAC-SHA256: 64 hex characters.",
        why="Another algorithm or output format was used, or the signature was damaged on its way.",
        see="Count the characters of the signature parameter, and look for letters beyond f.",
        remedy="Send the HMAC-SHA256 of the payload as 64 hex characters.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
)

VERDICT = Verdict(name="signature-refused", about=TEXTS, applies=applies, judge=judge)
