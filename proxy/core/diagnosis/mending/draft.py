"""A request while it is being mended: its parts, raw, without what a signer adds."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.frames.frame import NumberText, compact, json_object, octets
from proxy.core.findings import Finding
from proxy.core.wire import BodyKind, pair_name, pair_value, percent_decoded, split_pairs

_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
"""As JSON writes it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`form` are the pairs of a form body; `body` is any other body."""

    method: str
    host: str
    path: bytes
    query: tuple[bytes, ...]
    form: tuple[bytes, ...]
    body: bytes
    kind: BodyKind

    def changed(self, change: Callable[[bytes], Iterable[bytes]]) -> "Draft":
        """With other pairs, or none, in the place of each."""
        return replace(
            self,
            query=tuple(new for pair in self.query for new in change(pair)),
            form=tuple(new for pair in self.form for new in change(pair)),
        )

    @property
    def pairs(self) -> tuple[bytes, ...]:
        return self.query + self.form

    @property
    def fields(self) -> dict[str, Any]:
        """The members of a JSON object in the body; empty for anything else."""
        return json_object(self.body) if self.kind is BodyKind.JSON else {}

    def with_fields(self, fields: dict[str, Any]) -> "Draft":
        return replace(self, body=octets(compact(fields)))

    def with_value(self, name: str, change: Callable[[str], str]) -> "Draft":
        """With another value of this parameter, wherever it stands."""
        fields = self.fields
        if name in fields:
            new = change(str(fields[name]))
            kind = NumberText if isinstance(fields[name], NumberText) and _NUMBER.fullmatch(new) else str
            return self.with_fields(fields | {name: kind(new)})
        return self.changed(
            lambda pair: (pair if named(pair) != name else joined(name, change(value(pair))),)
        )

    def with_name(self, name: str, other: str) -> "Draft":
        """With another name of this parameter, its value kept octet for octet."""
        fields = self.fields
        if name in fields:
            return self.with_fields({other if one == name else one: value for one, value in fields.items()})
        new = quote(other, safe="").encode()
        return self.changed(lambda pair: (pair if named(pair) != name else new + b"=" + pair_value(pair),))

    def without(self, *names: str) -> "Draft":
        """Without the parameters of these names."""
        fields = self.fields
        if fields.keys() & set(names):
            return self.with_fields({name: value for name, value in fields.items() if name not in names})
        return self.changed(lambda pair: () if named(pair) in names else (pair,))


type Mended = Draft | str
"""What a mend makes: a request, or why it cannot, as the end of `left out, because ...`."""

type Mend = Callable[[Draft, ParsedRequest, Finding], Mended]


_ENTITY: Final = b"amp;"


def draft_of(request: ParsedRequest) -> Draft:
    """The request as it was sent, names without the rest of an HTML `&amp;`: no parameter begins like that."""
    form = request.raw.body if request.body_kind is BodyKind.FORM else b""
    return Draft(
        method=request.method,
        host=request.host,
        path=request.path,
        query=_named_pairs(request.raw.query),
        form=_named_pairs(form),
        body=b"" if request.body_kind is BodyKind.FORM else request.raw.body,
        kind=request.body_kind,
    )


def _named_pairs(raw: bytes) -> tuple[bytes, ...]:
    pairs = (pair.removeprefix(_ENTITY) for pair in split_pairs(raw))
    return tuple(pair for pair in pairs if pair_name(pair))


def named(pair: bytes) -> str:
    """The name, percent-decoded."""
    return pair_name(pair).decode("utf-8", "replace")


def value(pair: bytes) -> str:
    """The value, percent-decoded with `+` read as a blank."""
    return percent_decoded(pair_value(pair).replace(b"+", b" ")).decode("utf-8", "replace")


def joined(name: str, text: str) -> bytes:
    return f"{quote(name, safe='')}={quote(text, safe='')}".encode()


def fact(finding: Finding, name: str) -> str | None:
    """A fact of a finding by name."""
    return next((str(value) for key, value in finding.facts if key == name), None)


def names_in(finding: Finding, fact_name: str = "parameter") -> tuple[str, ...]:
    """The parameters that a finding names."""
    return tuple(one for one in (fact(finding, fact_name) or "").split(", ") if one)
