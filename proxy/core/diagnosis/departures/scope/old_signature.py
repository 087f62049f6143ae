"""An old signature was signed and stayed in the request."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    for sent in scene.signatures[:-1][:10]:
        yield draft.text + b"&signature=" + sent.raw
        yield b"signature=" + sent.raw + b"&" + draft.text


RULE = ScopeRule(
    page=Page(
        rule="place-signature-twice",
        says="The signature parameter was sent twice.",
        why=(
            "An old signature stayed in the parameter list, was signed with it, and a new one was appended."
        ),
        see="'signature=' stands twice in URL and body.",
        remedy="Remove the old signature before signing.",
        example="params.pop('signature', None)",
    ),
    texts=texts,
    size=20,
    composed=20,
    codes=frozenset({-1022, -1101}),
)
