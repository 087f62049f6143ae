"""Scheme or host were signed too."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Draft, Page, Scene, ScopeRule


def texts(draft: Draft, scene: Scene) -> Iterator[bytes]:
    host = scene.host.encode("utf-8", "replace")
    if not host:
        return
    for start in (b"https://" + host, b"http://" + host, host, b"//" + host):
        yield start + scene.path + b"?" + draft.text
        yield start + scene.path + draft.text
        yield start + scene.path


RULE = ScopeRule(
    page=Page(
        rule="scope-url-included",
        says="The host, or the whole URL, was signed together with the parameters.",
        why="Binance does not sign the host: one and the same query is valid on every mirror.",
        see="The signed text contains a host name.",
        remedy="Sign only what follows the '?'.",
        example="payload = url.split('?', 1)[1]",
    ),
    texts=texts,
    size=12,
    composed=12,
)
