"""A value in other letter case."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Draft, DraftRule, Facts, Match, Page, Scene


def drafts(draft: Draft, scene: Scene) -> Iterator[Draft]:
    for change in (bytes.lower, bytes.upper):
        for i, pair in enumerate(draft.pairs[:30]):
            name, sign, value = pair.partition(b"=")
            yield draft.with_pairs((*draft.pairs[:i], name + sign + change(value), *draft.pairs[i + 1 :]))
            yield draft.with_pairs((*draft.pairs[:i], change(name) + sign + value, *draft.pairs[i + 1 :]))
        yield draft.map(change)


def facts(match: Match, scene: Scene) -> Facts:
    signed = match.text
    names = [param.shown for param in scene.params if scene.base.pairs[param.index] not in signed]
    return (("parameter", ", ".join(names[:6])),) if names and not scene.websocket else ()


RULE = DraftRule(
    page=Page(
        rule="enc-letter-case-changed",
        says="A value or name was signed in other letter case than it was sent.",
        why=("The symbol was upper-cased for the URL after signing, or a helper changed the case of names."),
        see="Compare signed text and URL: they differ in letter case only.",
        remedy="Normalise the values before signing and send what was signed.",
        example="params['symbol'] = params['symbol'].upper()   # then sign",
    ),
    axis=Axis.ENCODING,
    drafts=drafts,
    size=122,
    composed=122,
    facts=facts,
    alike=frozenset({"enc-hex-digit-case", "enc-json-list-spacing", "enc-boolean-text"}),
)
