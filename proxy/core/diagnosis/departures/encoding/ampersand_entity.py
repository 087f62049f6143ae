"""'&amp;' was signed."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Draft, DraftRule, Page, Scene


def drafts(draft: Draft, scene: Scene) -> Iterator[Draft]:
    yield Draft(tuple(draft.query_text.replace(b"&", b"&amp;").split(b"\0")), draft.form)
    yield Draft((draft.query_text.replace(b"&", b"\\u0026"),), draft.form)
    yield Draft((draft.query_text.replace(b"&", b"&amp;").replace(b'"', b"&quot;"),), draft.form)
    if b"&amp;" in draft.query_text:
        yield Draft((draft.query_text.replace(b"&amp;", b"&"),), draft.form)


RULE = DraftRule(
    page=Page(
        rule="enc-html-ampersand-signed",
        says="'&amp;' was signed where '&' was sent, or the reverse.",
        why="The query passed through an HTML or XML escaper on one of the two ways.",
        see="'&amp;' or '\\\\u0026' in the signed text or in the URL.",
        remedy="Unescape the text before signing, and send what was signed.",
        example="html.unescape(query)",
    ),
    axis=Axis.ENCODING,
    drafts=drafts,
    size=4,
    composed=4,
)
