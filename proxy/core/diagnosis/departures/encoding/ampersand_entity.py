"""The signed text was escaped for HTML or JSON: `&amp;` or `\\u0026` for `&`."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    yield Candidate(tuple(candidate.query_text.replace(b"&", b"&amp;").split(b"\0")), candidate.form)
    yield Candidate((candidate.query_text.replace(b"&", b"\\u0026"),), candidate.form)
    yield Candidate((candidate.query_text.replace(b"&", b"&amp;").replace(b'"', b"&quot;"),), candidate.form)
    if b"&amp;" in candidate.query_text:
        yield Candidate((candidate.query_text.replace(b"&amp;", b"&"),), candidate.form)


RULE = PairsRule(
    about=RuleText(
        rule="enc-html-ampersand-signed",
        says="'&amp;' was signed where '&' was sent, or the reverse.",
        why="The query passed through an HTML or XML escaper on one of the two ways.",
        see="'&amp;' or '\\\\u0026' in the signed text or in the URL.",
        remedy="Replace '&amp;' by '&' before you sign, and send what was signed.",
        example="html.unescape(query)",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=4,
    composed=4,
)
