"""Blanks, quotes or brackets around the payload were signed."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    text = candidate.text
    for before, after in _AROUND:
        yield before + text + after


_AROUND = (
    (b"", b" "), (b" ", b""), (b" ", b" "), (b"\n", b""), (b"\n", b"\n"), (b'"', b'"'), (b"'", b"'"), (b"`", b"`"),
    (b"{", b"}"), (b"[", b"]"), (b"(", b")"), (b"<", b">"), (b"", b"\0"), (b"\xef\xbb\xbf", b""), (b"", b"?"),
    (b"", b";"), (b"", b","), (b"b'", b"'"), (b"", b"="), (b"/?", b""), (b"&", b"&"), (b"", b"#"),
)  # fmt: skip

RULE = ScopeRule(
    about=RuleText(
        rule="scope-surrounding-characters",
        says="Blanks, quotation marks or brackets around the payload were signed with it.",
        why=("The text was printed, logged or templated with decoration, and the decorated text was signed."),
        see="Print the payload between two bars: anything but the query between them is too much.",
        remedy=("Sign the query and form body alone, without blanks, quotes or brackets around them."),
        example="print(f'|{payload}|')",
    ),
    texts=texts,
    size=22,
    composed=22,
    usual=8,
)
