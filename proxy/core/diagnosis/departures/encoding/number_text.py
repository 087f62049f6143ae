"""A number was signed in another spelling than it was sent: 1.0, 1.00, 1e0."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from proxy.core.diagnosis.departures.base import (
    Axis,
    Candidate,
    PairsRule,
    ParsedRequest,
    RuleText,
)
from proxy.core.diagnosis.departures.parts import changed_names


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    for i, pair in enumerate(candidate.pairs[:30]):
        name, sign, value = pair.partition(b"=")
        if name in (b"timestamp", b"signature") or not _NUMBER.fullmatch(value):
            continue
        for other in dict.fromkeys(_spellings(value)):
            if other != value:
                yield candidate.replaced(i, name + sign + other)


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    return islice(candidates(candidate, request), 140)


_NUMBER = re.compile(rb"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][-+]?[0-9]{1,3})?")


def _spellings(value: bytes) -> Iterator[bytes]:
    number = Decimal(value.decode("ascii"))
    if abs(number.adjusted()) > 40:
        return
    plain = format(number, "f")
    short = plain.rstrip("0").rstrip(".") if "." in plain else plain
    yield from (plain.encode(), short.encode(), (short + ("" if "." in short else ".0")).encode())
    yield from (b"%.*f" % (digits, float(number)) for digits in (1, 2, 3, 4, 5, 6, 8))
    yield repr(float(number)).encode()
    yield repr(float(number)).upper().encode()
    yield plain.replace(".", ",").encode()
    yield plain.replace(".", "%2C").encode()
    if len(short) > 3:
        yield format(number, ",f").encode()


RULE = PairsRule(
    about=RuleText(
        rule="enc-number-text-differs",
        says="A number was signed in another spelling than it was sent.",
        why=(
            "1.0 and 1, 0.10 and 0.1, 1e-05 and 0.00001 are the same number and different octets; it "
            "was formatted twice."
        ),
        see="Compare signed text and URL: they differ in a number.",
        remedy="Format every number once, as plain text, then sign and send that text.",
        example="quantity = format(Decimal('0.00001'), 'f')",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=450,
    composed=140,
    narrow=narrow,
    facts=changed_names,
    alike=frozenset({"time-recvwindow-differs", "enc-letter-case-changed"}),
)
