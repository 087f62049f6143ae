"""The payload went into the HMAC twice."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    text = candidate.text
    yield text + text
    yield text + b"&" + text
    yield text + b"?" + text


RULE = ScopeRule(
    about=RuleText(
        rule="scope-payload-doubled",
        says="The payload was fed into the HMAC twice.",
        why=(
            "update(payload) was called twice on one HMAC object, or query and body were both set to "
            "the same text."
        ),
        see="The signed text is twice as long as the query.",
        remedy="Give the text to the HMAC once, and make a new HMAC object for every request.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    texts=texts,
    size=3,
    composed=3,
)
