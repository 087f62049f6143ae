"""Kinds that take more than one request: pipelines, refusals in a loop, an order that is asked for again."""

import random
from dataclasses import replace
from typing import Final

from tests.hostile.grammar import heads, targets
from tests.hostile.grammar.draft import Asked, any_draft, order

_REFUSED: Final = (
    heads.control_unknown, heads.control_with_a_wrong_value, heads.through_a_tunnel, heads.another_host, heads.from_a_web_page,
    targets.no_right_to_it, targets.another_method,
)  # fmt: skip


def pipeline(chance: random.Random) -> Asked:
    """Good requests, one behind the other: all are served, in order."""
    drafts = [any_draft(chance) for _ in range(chance.choice((2, 2, 3, 8)))]
    octets = chance.choice((b"", b"", b"\r\n")).join(draft.octets() for draft in drafts)
    return Asked(octets, {draft.mark: 1 for draft in drafts})


def behind_a_refusal(chance: random.Random) -> Asked:
    """What stands behind a refused request is not looked at: nobody knows where it begins."""
    refused = chance.choice(_REFUSED)(chance)
    drafts = [any_draft(chance) for _ in range(chance.choice((1, 2)))]
    octets = refused.octets + b"".join(draft.octets() for draft in drafts)
    return Asked(octets, {**refused.most_up, **{draft.mark: 0 for draft in drafts}}, refused.token)


def behind_the_last(chance: random.Random) -> Asked:
    """Nor what stands behind the request that its client said was the last."""
    first = any_draft(chance).with_lines(b"Connection: close", chance=chance)
    second = order(chance)
    return Asked(first.octets() + second.octets(), {first.mark: 1, second.mark: 0})


def refused_in_a_loop(chance: random.Random) -> Asked:
    """The same refused request again and again, as a client with a mistake in its loop does it."""
    return replace(chance.choice(_REFUSED)(chance), again=chance.choice((5, 10, 30)))


def order_asked_again(chance: random.Random) -> Asked:
    """A client hangs up and asks for the same order again. Whether it comes twice hangs on whether the first answer had left
    by then; that it never does where it had not is the matter of `make repeat-proof`."""
    draft = order(chance)
    times = chance.choice((2, 3))
    return Asked(draft.octets(), {draft.mark: times}, again=times, hangs_up=True)
