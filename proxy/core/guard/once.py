"""Steps of a C2C order that must not be done twice: releasing its coins, and saying that it is paid.

Neither can be taken back, and a repeat of either is a mistake or worse (docs/policy.md).
"""

import re
from dataclasses import replace
from typing import Final

from proxy.core.catalogue import Endpoint
from proxy.core.errors import Refusal, RefusedError
from proxy.core.signing import PreparedRequest

_STEPS: Final = ("releasecoin", "markorderaspaid")
"""Last parts of the paths, in lower case."""
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
    """Names a step that is done once for each order; None for all else, reads among them."""
    return once_path(endpoint.path) if endpoint.mutates else None


def once_path(path: str) -> str | None:
    """The same, by a path, or by the name of an endpoint."""
    last = path.rpartition("/")[2].lower()
    return last if last in _STEPS and "/c2c/" in path.lower() else None


def order_number(endpoint: Endpoint, prepared: PreparedRequest) -> str:
    """The number of the order, without leading zeros. Raises RefusedError where there is not exactly one.

    Read as limits read: what the endpoint is not known to take, or stands twice, may be what the exchange goes by.
    """
    from proxy.core.catalogue.parameters import Role  # noqa: PLC0415  # not at start: these steps are rare
    from proxy.core.guard.limits.arguments import (  # noqa: PLC0415  # as above
        CannotJudgeError,
        read_arguments,
    )

    try:
        found = [one.text for one in read_arguments(endpoint, prepared) if one.role is Role.ORDER_ID]
    except CannotJudgeError as error:
        raise RefusedError(replace(_UNCLEAR, message=f"{_UNCLEAR.message} ({error.why})")) from None
    if len(found) != 1 or not re.fullmatch(_DIGITS, found[0]):
        raise RefusedError(_UNCLEAR)
    return found[0].lstrip("0") or "0"
