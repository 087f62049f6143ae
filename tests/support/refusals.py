"""Decisions of the gateway as values: a table of expectations reads better than `pytest.raises` in each row."""

from collections.abc import Awaitable, Callable

from proxy.core.errors import Refusal, RefusedError


def decided[T](decide: Callable[[], T]) -> T | Refusal:
    """What comes of it, or the refusal that it ends in."""
    try:
        return decide()
    except RefusedError as refused:
        return refused.refusal


async def decided_later[T](deciding: Awaitable[T]) -> T | Refusal:
    """As `decided`."""
    try:
        return await deciding
    except RefusedError as refused:
        return refused.refusal
