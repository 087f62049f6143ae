"""What the exchange refuses although the request was well made: filters, balances, the state of orders.

The kinds, their texts and their sources: data/refusals.json of the catalogue.
"""

from functools import cache
from typing import Final

import msgspec

from proxy.core.catalogue.shipped import shipped
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusals.refusal import Refusal


class _File(msgspec.Struct, frozen=True):
    about: str
    refusals: tuple[Refusal, ...]


REFUSALS: Final = msgspec.json.decode(shipped("refusals.json"), type=_File).refusals
"""The first that fits an answer speaks: sentences that only mention a filter stand before the filters."""

_ACCEPTED: Final = frozenset({-1013, -2010, -2011, -2013, -2021, -2022, -2026, -2038})
"""-1013, -2010 and C2C business codes mean that the signature was accepted; -2011 and -2013 look orders up."""


def after_the_signature(code: object) -> bool:
    """Whether this code comes after the signature was accepted, whatever its text says."""
    return code in _ACCEPTED


def refusal_of(request: ParsedRequest) -> Refusal | None:
    """The first that fits the answer."""
    answer = request.answer
    if answer is None or answer.success:
        return None
    path = "/api/v3/" if request.websocket else request.path_text
    return next((one for one in REFUSALS if one.fits(answer.code, answer.message[:500], path)), None)


@cache
def rules_by_code() -> dict[int, tuple[str, ...]]:
    """Rule names by code, in the order of the list."""
    found: dict[int, tuple[str, ...]] = {}
    for one in REFUSALS:
        for code in sorted(one.codes | one.alone):
            found[code] = tuple(dict.fromkeys((*found.get(code, ()), one.rule)))
    return found
