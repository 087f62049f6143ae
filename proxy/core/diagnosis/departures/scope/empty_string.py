"""Nothing was signed."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    yield b""


RULE = ScopeRule(
    page=Page(
        rule="scope-empty-string-signed",
        says="An empty text was signed.",
        why="The variable that holds the query was still empty when the HMAC ran.",
        see="The signature depends on the secret alone: it is the same for every request.",
        remedy="Build the parameter string before computing the HMAC.",
        example="query = urlencode(params); signature = hmac_sha256(secret, query)",
    ),
    texts=texts,
    size=1,
    composed=1,
)
