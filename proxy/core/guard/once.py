"""Steps of a C2C order that must not be done twice: releasing its coins, and saying that it is paid.

Neither can be taken back, and a repeat of either is a mistake or worse (docs/policy.md).
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from proxy.core.catalogue import Endpoint
from proxy.core.errors import Refusal, RefusedError
from proxy.core.signing import PreparedRequest
from proxy.core.wire import BodyKind, pair_name, pair_value, percent_decoded, split_pairs

_STEPS: Final = ("releasecoin", "markorderaspaid")
"""Last parts of the paths, in lower case."""
_NAMES: Final = frozenset({"ordernumber", "orderno", "adorderno", "advordernumber"})
"""What calls of C2C name the number of an order, in lower case."""
_DIGITS: Final = r"[0-9]{1,64}"

REPEATED: Final = Refusal(
    403,
    "already_done",
    "this step of this order was sent before, within 90 days, and was executed or may have been: look at the order; "
    "what cannot be taken back is not sent twice",
)
_UNCLEAR: Final = Refusal(
    403,
    "limit_exceeded",
    "this step is sent once for each order, and the number of the order is not clear: send it once, as digits",
)


def once_step(endpoint: Endpoint) -> str | None:
    """Names a step that is done once for each order; None for all else."""
    return once_path(endpoint.path)


def once_path(path: str) -> str | None:
    """The same, by a path, or by the name of an endpoint."""
    last = path.rpartition("/")[2].lower()
    return last if last in _STEPS and "/c2c/" in path.lower() else None


def order_number(prepared: PreparedRequest) -> str:
    """The number of the order, without leading zeros. Raises RefusedError where there is not exactly one."""
    from proxy.core.guard.limits.arguments import CannotJudgeError  # noqa: PLC0415  # as in `_numbers`

    try:
        found = set(_numbers(prepared))
    except CannotJudgeError:
        raise RefusedError(_UNCLEAR) from None
    if len(found) != 1:
        raise RefusedError(_UNCLEAR)
    (text,) = found
    if not re.fullmatch(_DIGITS, text):
        raise RefusedError(_UNCLEAR)
    return text.lstrip("0") or "0"


def _numbers(prepared: PreparedRequest) -> Iterator[str]:
    from proxy.core.guard.limits.arguments import (  # noqa: PLC0415  # not at start: these steps are rare
        CannotJudgeError,
        decoded_json,
    )

    for pair in split_pairs(prepared.query) + split_pairs(prepared.form):
        if pair_name(pair).lower().decode("latin-1") in _NAMES:
            yield percent_decoded(pair_value(pair)).decode("latin-1")
    if prepared.body_kind is BodyKind.JSON:
        content: Any = decoded_json(prepared.body.decode("utf-8", "replace"), "its JSON body")
        if not isinstance(content, dict):
            raise CannotJudgeError("its JSON body must be an object")
        for name, value in content.items():
            if name.lower() in _NAMES:
                yield str(value)
