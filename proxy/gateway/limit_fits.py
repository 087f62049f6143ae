"""Which lines of `limits:` a request fits, with what the exchange's market says where that decides.

Loaded with the first request that a limit may concern.
"""

from typing import Final

from proxy.clients.day_ledger import Share
from proxy.core.catalogue import Endpoint
from proxy.core.errors import Refusal, RefusedError
from proxy.core.guard.limits import Fit, Line, concerned, judge, limit_refusal
from proxy.core.guard.limits.judge import NO_FACTS
from proxy.core.market import MarketFacts, MarketNeed
from proxy.core.signing import PreparedRequest
from proxy.gateway.call import Plan
from proxy.gateway.market import Market

_ROUNDS: Final = 3
"""Facts of the market are asked for as they turn out to be needed: the size of a contract, then its price."""


def lines_for(endpoint: Endpoint, plan: Plan) -> tuple[Line, ...]:
    """The lines of the caller's policy that name the endpoint."""
    return concerned(endpoint, plan.caller.policy.limits)


async def fits_of(
    market: Market, plan: Plan, prepared: PreparedRequest, lines: tuple[Line, ...]
) -> tuple[Fit, ...]:
    """The lines that it fits, at least one. Raises RefusedError where it fits none."""
    endpoint, margin = plan.route.endpoint, plan.caller.policy.margin
    facts = NO_FACTS
    asked: frozenset[MarketNeed] = frozenset()
    judged = judge(endpoint, prepared, lines, margin=margin)
    for _ in range(_ROUNDS):
        if judged.fits or judged.missing <= asked:
            break
        asked |= judged.missing
        account = plan.account.name if plan.account else ""
        found = await market.facts(judged.missing, plan.environment, account)
        facts = MarketFacts({**facts.books, **found.books}, {**facts.contracts, **found.contracts})
        judged = judge(endpoint, prepared, lines, facts=facts, margin=margin)
    if not judged.fits:
        raise RefusedError(limit_refusal(judged.whys[0], lines))
    return judged.fits


def shares(fit: Fit) -> list[Share]:
    """What it takes of the day; nothing where it moves nothing: a cancel must not wait for a full disk."""
    return [
        Share(fit.line.key, measure.value, fit.amounts[measure], most, fit.line.text)
        for measure, most in fit.line.most_per_day.items()
        if fit.amounts[measure]
    ]


def used_up(fits: tuple[Fit, ...], lines: tuple[Line, ...]) -> Refusal:
    """The answer where no line that it fits has so much left today."""
    names = dict.fromkeys(f"max_{measure.value}_per_day" for fit in fits for measure in fit.line.most_per_day)
    why = f"{' and '.join(names)} has not so much left today (UTC); signing-proxy policy usage shows it"
    return limit_refusal(why, lines)
