"""A part of the payload was signed: cut somewhere in the middle."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, Facts, Match, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    text = candidate.text[:1500]
    for i in range(1, len(text)):
        yield text[:-i]
        yield text[i:]


def facts(match: Match, request: ParsedRequest) -> Facts:
    lost = len(request.expected) - len(match.text)
    return (("octets_missing", lost), ("at_the", "start" if request.expected.endswith(match.text) else "end"))


RULE = ScopeRule(
    about=RuleText(
        rule="scope-text-cut",
        says="Only a part of the payload was signed: characters are missing at its start or end.",
        why=(
            "A slice with a wrong index, a shell that cut the URL at '&' or '#', or a buffer that was "
            "too short."
        ),
        see="Print the signed text and compare its length with the query's.",
        remedy="Sign the complete text that follows '?', and the complete form body.",
        example="payload = url[url.index('?') + 1:]",
    ),
    texts=texts,
    size=3000,
    composed=0,
    facts=facts,
    alike=frozenset(
        {
            "scope-param-added-after-signing",
            "scope-form-body-not-signed",
            "scope-only-body-signed",
            "scope-only-timestamp-signed",
        }
    ),
)
