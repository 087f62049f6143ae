"""Nothing was signed: the HMAC of an empty text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    yield b""


RULE = ScopeRule(
    about=RuleText(
        rule="scope-empty-string-signed",
        says="An empty text was signed.",
        why="The variable that holds the query was still empty when the HMAC ran.",
        see="The signature depends on the secret alone: it is the same for every request.",
        remedy=(
            "Build the whole parameter text first, then compute the signature over it. Print the text"
            " before you sign it."
        ),
        example="query = urlencode(params); signature = hmac_sha256(secret, query)",
    ),
    texts=texts,
    size=1,
    composed=1,
)
