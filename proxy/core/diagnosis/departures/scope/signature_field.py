"""The signature field itself was in the signed text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    text = draft.text
    for value in _FILLINGS:
        yield text + b"&signature=" + value
        yield b"signature=" + value + b"&" + text
    yield text + b"&signature"
    if len(draft.query) > 1:
        *most, stamp = draft.query
        yield Draft((*most, b"signature=", stamp), draft.form).text


_FILLINGS = (
    b"",
    b"undefined",
    b"null",
    b"None",
    b"{{signature}}",
    b"nil",
    b"0",
    b"{signature}",
    b"${signature}",
)

RULE = ScopeRule(
    page=Page(
        rule="scope-signature-field-signed",
        says="The signature field was part of the signed text.",
        why=(
            "A placeholder such as 'signature=' (or an old signature) was still among the parameters "
            "when they were signed."
        ),
        see="The signed text contains the word 'signature'.",
        remedy="Remove the signature field before signing.",
        example="params.pop('signature', None)",
    ),
    texts=texts,
    size=23,
    composed=23,
)
