"""Which mend belongs to which rule. Every rule has one, needs none, or says why there is no right request to show."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending import names, places, values
from proxy.core.diagnosis.mending.draft import Draft, Mend, Mended
from proxy.core.diagnosis.search.all_departures import DEPARTURES
from proxy.core.findings import Finding, Strength

MENDS: Final[Mapping[str, Mend]] = MappingProxyType(
    {
        "c2c-wrong-number-name": names.wanted_number,
        "enc-array-brackets": names.brackets,
        "enc-double-encoded-on-wire": places.encoded_once,
        "enc-times-entity-on-wire": places.timestamp_entity,
        "enc-whole-query-encoded": places.whole_query,
        "header-secret-on-wire": names.without_secret,
        "host-double-slash": places.single_slashes,
        "host-misspelt": places.spelt_host,
        "host-wrong-method": places.documented_method,
        "host-wrong-product": places.host_of_product,
        "param-client-order-id": values.of("newClientOrderId", values.client_id),
        "param-decimal-comma": values.each(values.decimal_point),
        "param-duplicate-name": names.twice,
        "param-empty-order-id": names.empty,
        "param-empty-value": names.empty,
        "param-enum-case": values.meant_word,
        "param-float-noise": values.each(values.without_noise),
        "param-list-as-text": values.each(values.json_list),
        "param-literal-undefined": names.undefined,
        "param-not-required": names.not_taken,
        "param-quoted-value": values.each(values.without_quotes),
        "param-scientific-notation": values.each(values.plain_number),
        "param-symbol-format": values.of("symbol", values.symbol),
        "param-unknown-name": names.unknown,
        "param-word-not-known": values.meant_word,
        "param-wrong-type": values.each(values.whole_number),
        "place-body-where-query-required": places.form_to_query,
        "place-form-on-json-endpoint": places.form_to_json,
        "place-get-with-body": places.body_to_query,
        "place-json-body-on-form-endpoint": places.json_to_form,
        "place-key-in-query": names.without_key,
        "transport-cors": places.asked_method,
    }
)

OPEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "host-endpoint-retired": "what takes the place of this call is another one, with parameters of its own",
        "host-path-unknown": "which path was meant cannot be told",
        "param-list-in-scalar": "which of the values you want, or a request for each, is for you to say",
        "param-mandatory-missing": "only you know the value that is missing",
        "param-out-of-range": "only you know which number within the bounds you want",
        "param-rounded-id": "the last digits of the id are lost; take them from where the id came from",
        "param-template-on-wire": "only you know the value that belongs in the place of the template",
        "place-multipart-body": "multipart bodies are not read as parameters; send them as a query or a form",
        "ws-method-unknown": "which method was meant is for you to say",
    }
)
"""Mistakes of which no right request follows, and why."""

SIGNER: Final = frozenset(
    {
        "alg-hmac-for-key-pair", "alg-secret-sent-as-signature", "enc-non-ascii-sent-raw", "header-apikey-missing",
        "header-apikey-twice", "header-clienttype-missing", "header-pay-recipe", "key-doc-example",
        "key-format-whitespace-or-quotes", "key-placeholder-or-undefined", "order-signature-not-last",
        "place-form-with-wrong-content-type", "place-json-with-wrong-content-type", "place-signature-in-header",
        "place-signature-missing", "place-signature-on-public-endpoint", "ts-ahead", "ts-behind",
        "ts-doc-example-timestamp", "ts-fractional", "ts-microseconds-not-spot", "ts-missing", "ts-nanoseconds",
        "ts-not-a-number", "ts-recvwindow-malformed", "ts-recvwindow-too-large", "ts-seconds",
        "ts-thousands-or-exponent", "ts-timezone-shift", "ws-apikey-missing", "ws-parameter-case",
    }
)  # fmt: skip
"""Symptoms that are gone once the request is written anew and signed: of departures all are."""

_DEPARTURES: Final = frozenset(rule.name for rule in DEPARTURES)

KEYS: Final = frozenset(
    {"alg-signature-not-hex", "key-testnet-on-live", "key-unknown", "secret-of-another-key"}
)
"""Verdicts with which the request is right as it is shown, and another key or secret has to sign it."""

_NOT_THE_REQUEST: Final = (
    "account-", "answer-", "c2c-merchant", "exchange-", "filter-exchange", "filter-max-num", "futures-no-change",
    "futures-not-enabled", "futures-too-many", "key-", "limit-", "order-archived", "order-market", "order-not-found",
    "order-trading", "order-type", "perm-", "transport-",
)  # fmt: skip
"""How the names of verdicts begin that speak of the account, the key, the line or the exchange."""

NOTHING: Final = "nothing in the request has to change"
VALUE: Final = "which value to send is for you to choose, by what is said above"
_BLOCKED: Final = "which part of the request the firewall objected to is not known"
_FRAME: Final = "a parameter of the frame has to be changed, as is said above"


def mended(draft: Draft, request: ParsedRequest, findings: tuple[Finding, ...]) -> Mended:
    """The draft with every mistake mended that is proven or likely; or why it cannot be. What is concluded of the
    account or the exchange beside a mistake that can be mended goes with that mistake."""
    told = [one for one in findings if one.strength is not Strength.POSSIBLE]
    some = any(needs_none(one.rule) or one.rule in MENDS for one in told)
    for finding in told:
        if needs_none(finding.rule) or (some and not _has_a_say(finding)):
            continue
        changed = _offered(draft, finding) or _mended(draft, request, finding)
        if isinstance(changed, str):
            return changed
        draft = changed
    return draft


def _has_a_say(finding: Finding) -> bool:
    return finding.rule in MENDS or finding.rule in OPEN or "send" in dict(finding.facts)


def _offered(draft: Draft, finding: Finding) -> Draft | None:
    """With the value that keeps a filter, where the finding has one."""
    name, _, offered = str(dict(finding.facts).get("send", "")).partition("=")
    return draft.with_value(name, lambda _: offered) if offered else None


def _mended(draft: Draft, request: ParsedRequest, finding: Finding) -> Mended:
    if finding.rule in OPEN:
        return OPEN[finding.rule]
    if finding.rule == "limit-403-waf":
        return _BLOCKED
    if finding.rule not in MENDS:
        return NOTHING if finding.rule.startswith(_NOT_THE_REQUEST) else VALUE
    return _FRAME if request.websocket else MENDS[finding.rule](draft, request, finding)


def needs_none(rule: str) -> bool:
    """Whether a request with this mistake is right once it is signed anew."""
    return rule not in MENDS and (rule in SIGNER or rule in KEYS or rule in _DEPARTURES)
