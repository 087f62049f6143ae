"""From spans to requests: what stands near a URL belongs to it.

Spans of one scope are one request. Others go with the URL before them, and what stands before the first URL with
that one. A URL that is told twice, as logs do, is one request.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from proxy.core.wire import Header, RawRequest, find_pairs, first_value
from proxy.explain.answers import answer_of, bare_answer
from proxy.explain.found_request import Part, SeenRequest
from proxy.explain.placeholders import has_stand_in
from proxy.explain.readers.api_paths import is_api, mended
from proxy.explain.readers.methods import GUESSED, guess
from proxy.explain.readers.raw_http import SHORT_BODY, wants_body
from proxy.explain.readers.urls import Place, split_url
from proxy.explain.spans import (
    VARIABLES,
    BodySeen,
    GapSeen,
    HeadersSeen,
    MethodSeen,
    RemarkSeen,
    ReplySeen,
    Scope,
    Span,
    UrlSeen,
)

MOST_REQUESTS: Final = 10_000
BARE_FORM: Final = "only parameters are in the text; the endpoint is not, so it is taken as {}"
_NO_HOST: Final = "unknown.invalid"  # a path alone
ANOTHER: Final = "a form in the text was taken for another request's: this one is signed in its URL"
_BARE_PATH: Final = "/api/v3/order"
_DIGITS: Final = 12


@dataclass(slots=True)
class _Parts:
    """The spans of one request, in the order of the text."""

    url: UrlSeen
    place: Place
    spans: list[Span] = field(default_factory=list)

    def of[T: Span](self, kind: type[T]) -> list[T]:
        return [span for span in self.spans if isinstance(span, kind)]


def assemble(spans: Iterable[Span]) -> list[SeenRequest]:
    """All requests of the spans, in the order of the text."""
    ordered = sorted(spans, key=lambda span: span.start)
    groups = _groups(ordered)
    if not groups:
        return _bare_form(ordered)
    return _without_code([_request(parts) for parts in groups[:MOST_REQUESTS]])


def _without_code(seen: list[SeenRequest]) -> list[SeenRequest]:
    """Without the lines of a program that made a request, where the request itself is told as well, as tracebacks do:
    they hold names of variables, and the other holds their values."""
    whole = {one.request.path for one in seen if not one.gaps and b"?" in one.request.target}
    kept = [one for one in seen if not (VARIABLES in one.gaps and one.request.path in whole)]
    return kept or seen


def _groups(ordered: list[Span]) -> list[_Parts]:
    """One for each request, with its spans."""
    anchors = _anchors(ordered)
    by_place: dict[tuple[str, bytes], _Parts] = {}
    by_scope: dict[Scope, _Parts] = {}
    of_anchor: dict[int, _Parts] = {}
    groups: list[_Parts] = []
    for index, url, place in anchors:
        same = (
            _told_before(by_place, place)
            or _told_short(by_place, place)
            or _told_at_length(groups, url, place)
        )
        if same is None or _differs(same.url.method, url.method):
            same = _Parts(url, place)
            groups.append(same)
        else:
            _complete(same, url, place)
        by_place[same.place.host, same.place.target] = by_place["", same.place.target] = same
        of_anchor[index] = same
        if url.scope is not None:
            by_scope[url.scope] = same
    if not groups:
        return []
    here, told = groups[0], {index: (url, place) for index, url, place in anchors}
    for index, span in enumerate(ordered):
        if index in of_anchor:
            url, place = told[index]
            here = _again(groups, of_anchor[index], url, place, ordered[index + 1 :])
            if url.scope is not None:
                by_scope[url.scope] = here
        elif not isinstance(span, UrlSeen):
            owner = by_scope.get(span.scope) if span.scope is not None else here
            (owner or here).spans.append(span)
    return groups


def _again(groups: list[_Parts], same: _Parts, url: UrlSeen, place: Place, rest: list[Span]) -> _Parts:
    """The request that a mention of its URL is of: another one where the form that follows is signed otherwise than
    the one before, as of two orders."""
    before = {found for span in same.of(BodySeen) if (found := tuple(find_pairs(span.body, b"signature")))}
    until = next((i for i, span in enumerate(rest) if isinstance(span, UrlSeen)), len(rest))
    after = {
        found
        for span in rest[:until]
        if isinstance(span, BodySeen) and (found := tuple(find_pairs(span.body, b"signature")))
    }
    if not before or not after or before & after:
        return same
    another = _Parts(url, place)
    groups.append(another)
    return another


def _told_before(by_place: dict[tuple[str, bytes], _Parts], place: Place) -> _Parts | None:
    """The request that goes to the same place. A path alone is that of any host."""
    for target in (place.target, place.target + b"?"):
        same = by_place.get((place.host, target)) or by_place.get(("", target))
        if same is not None and (same.place.host == place.host or _NO_HOST in (same.place.host, place.host)):
            return same
    return None


def _told_short(by_place: dict[tuple[str, bytes], _Parts], place: Place) -> _Parts | None:
    """The request that was told before without its parameters, as exceptions tell it: a URL, then its target; or as
    logs do: `url: ...`, and a line with all of it when it is sent."""
    path, _, query = place.target.partition(b"?")
    same = by_place.get(("", path)) if query else None
    if same is None or same.url.scope is not None:
        return None
    announced = same.place.host == place.host and same.url.method is None and b"?" not in same.place.target
    return same if place.host == _NO_HOST or announced else None


def _told_at_length(groups: list[_Parts], url: UrlSeen, place: Place) -> _Parts | None:
    """The last request that was told with its parameters, where this mentions its URL without them, as an answer's
    line does."""
    if not groups or url.scope is not None or b"?" in place.target:
        return None
    last = groups[-1]
    same = last.place.host == place.host and last.place.target.startswith(place.target + b"?")
    return last if same else None


def _complete(same: _Parts, url: UrlSeen, place: Place) -> None:
    """Add what another mention of the same request tells: its host, its parameters, its method."""
    if same.place.host == _NO_HOST:
        same.place = place
    elif b"?" not in same.place.target:
        same.place = replace(same.place, target=place.target)
        same.url = replace(same.url, whole=url.whole)
    if same.url.method is None and url.method is not None:
        same.url = replace(url, scope=same.url.scope or url.scope)


def _differs(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _anchors(ordered: list[Span]) -> list[tuple[int, UrlSeen, Place]]:
    """The URLs that requests go to. Where some lead to Binance's API, links to other pages are none."""
    found: list[tuple[int, UrlSeen, Place]] = []
    for index, span in enumerate(ordered):
        if isinstance(span, UrlSeen):
            whole = span.url if b"://" in span.url[:10] else b"https://" + _NO_HOST.encode() + span.url
            place = split_url(whole)
            if place is not None:
                found.append((index, span, place))
    scoped = [one for one in found if one[1].scope is not None]
    to_api = [one for one in found if is_api(one[2])]
    return to_api or scoped or found


def _request(parts: _Parts) -> SeenRequest:
    place, unseen = parts.place, set[Part]()
    remarks = [span.says for span in parts.of(RemarkSeen)]
    target, inserted = mended(place.target)
    if inserted is not None:
        remarks.append(inserted)
        unseen.add(Part.SIGNATURE)
    bodies = [span for span in parts.of(BodySeen) if not _of_another(span, parts)]
    if len(bodies) < len(parts.of(BodySeen)):
        remarks.append(ANOTHER)
        bodies = [span for span in bodies if span.scope is not None and span.scope == parts.url.scope]
    body = next((span.body for span in bodies if span.body), b"")
    method = _method(parts)
    if method is None:
        method, sure = guess(target, has_body=bool(body))
        if not sure:
            unseen.add(Part.METHOD)
            remarks.append(GUESSED.format(method))
    if not bodies and method != "GET":
        unseen.add(Part.BODY)
    elsewhere = b"?" not in target and bool(find_pairs(body, b"signature"))  # all of them stand in the form
    if not parts.url.whole and not elsewhere:
        unseen.add(Part.PARAMETERS)
    known_host = place.host != _NO_HOST
    told = parts.of(HeadersSeen)
    headers = tuple(dict.fromkeys(pair for span in told for pair in span.headers))
    length = first_value(headers, b"content-length") or b""
    short = length.isdigit() and len(length) < _DIGITS and int(length) > len(body) and not has_stand_in(body)
    request = RawRequest(method, target, _with_host(headers, place if known_host else None), body)
    if not body and (short or wants_body(request)):
        unseen.add(Part.BODY)
    seen = SeenRequest(
        request,
        parts.url.reader,
        host=place.host if known_host else None,
        port=place.port,
        headers_seen=any(span.whole for span in told),
        key_seen=not any(span.key_unknown for span in told),
        unseen=frozenset(unseen),
        gaps=tuple(
            dict.fromkeys(
                [span.what for span in parts.of(GapSeen)] + ([SHORT_BODY] if short and body else [])
            )
        ),
        remarks=tuple(dict.fromkeys(remarks)),
    )
    return _answered(seen, parts.of(ReplySeen))


def _of_another(body: BodySeen, parts: _Parts) -> bool:
    """Whether a form belongs to another request than the signed URL: it is signed as well, or stands before it, or in
    another notation that says where it ends."""
    apart = body.scope is None or body.scope != parts.url.scope
    query = b"".join(parts.place.target.partition(b"?")[2].split())  # it may be wrapped
    if not apart or not find_pairs(query, b"signature"):
        return False
    outside = body.scope is not None or parts.url.scope is not None or body.end <= parts.url.start
    return bool(body.body) and (outside or bool(find_pairs(body.body, b"signature")))


def _method(parts: _Parts) -> str | None:
    told = next((span.method for span in parts.of(MethodSeen)), None)
    return parts.url.method or told


def _with_host(headers: tuple[Header, ...], place: Place | None) -> tuple[Header, ...]:
    named = any(name.lower() == b"host" for name, _ in headers)
    return headers if named or place is None else ((b"Host", place.authority), *headers)


def _answered(seen: SeenRequest, replies: list[ReplySeen]) -> SeenRequest:
    """With its answer: the first status and the first body with a code, which may stand in two places."""
    status = next((span.status for span in replies if span.status is not None), None)
    body = next((span.body for span in replies if span.body), b"")
    if status is not None:
        return replace(seen, answer=answer_of(status, (), body))
    if not body:
        return seen
    return replace(seen, answer=bare_answer(body, seen.request.method, seen.request.path))


def _bare_form(ordered: list[Span]) -> list[SeenRequest]:
    """Parameters without a URL: enough for the signature, and for nothing that depends on the endpoint."""
    body = next((span for span in ordered if isinstance(span, BodySeen) and b"=" in span.body), None)
    if body is None:
        return []
    url = UrlSeen(body.start, body.start, "form parameters", url=_BARE_PATH.encode(), method="POST")
    others = [span for span in ordered if not isinstance(span, UrlSeen)]
    ((seen),) = [_request(parts) for parts in _groups([url, *others])]
    remarks = (BARE_FORM.format(f"POST {_BARE_PATH}"), *seen.remarks)
    return [replace(seen, remarks=remarks, unseen=seen.unseen | {Part.PATH, Part.METHOD})]
