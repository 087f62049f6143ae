"""A constant word was signed instead of the parameters."""

from collections.abc import Iterator
from itertools import islice

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    for word in _WORDS:
        yield word.encode()


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    return islice(texts(candidate, request), 10)


_WORDS = (
    "undefined", "null", "None", "nil", "{}", "[]", "[object Object]", "queryString", "query", "payload", "params",
    "string", "data", "message", "NaN", "false", "true", "0", "{{payload}}", "{{query}}", "${payload}",
    "${queryString}", "body", "test", "signature", "timestamp",
)  # fmt: skip

RULE = ScopeRule(
    about=RuleText(
        rule="scope-constant-signed",
        says=(
            "A constant word such as 'undefined' or '[object Object]' was signed instead of the parameters."
        ),
        why="A variable was not set, or an object was turned into text by its default conversion.",
        see="The signature is the same for every request.",
        remedy=(
            "Sign the text of the parameters as it is sent. Print the text before you sign it: it "
            "must begin with a name and '='."
        ),
        example="payload = new URLSearchParams(params).toString()   // not String(params)",
    ),
    texts=texts,
    size=60,
    composed=10,
    usual=5,
    narrow=narrow,
)
