"""One sweep: every call of a set once, in the order of its groups, a few at a time."""

import asyncio
from typing import Final

import msgspec

from proxy.audit.calls import Call, CallSet
from proxy.audit.prober import Asked, Prober
from proxy.audit.run import SCHEMA, Run, Skipped, Timetable
from proxy.core.catalogue import Environment
from proxy.core.errors import UsageError
from proxy.core.probes import KeyFacts
from proxy.credentials.accounts import Account
from proxy.credentials.mistakes import looks_like_futures_testnet

AT_A_TIME: Final = 4
"""A group and its control calls are asked within a second or two, without a burst that a firewall may dislike."""
BUDGET: Final = 100
"""Weight of one round that needs nobody's leave: a sixtieth of what an address may use on spot in a minute."""


def require_budget(sets: tuple[CallSet, ...], accounts: int, budget: int) -> None:
    """All sweeps of one round weigh no more than that together. Raises UsageError, before anything is sent."""
    weight = accounts * sum(one.weight for one in sets)
    if weight > budget:
        raise UsageError(
            f"these sweeps weigh about {weight} together, more than the budget of {budget}",
            f"--budget {weight} allows it; an address may use 6000 a minute on spot, shared by all tools behind it",
        )


async def sweep(
    prober: Prober,
    wanted: CallSet,
    account: Account,
    key: str,
    environment: Environment,
    series: Timetable | None = None,
) -> Run:
    """Asks them and says what came of it. `key`: the tag of the account's API key."""
    began_ms, began = prober.local.unix_ms(), prober.local.monotonic()
    slots = asyncio.Semaphore(AT_A_TIME)

    async def ask(call: Call) -> Asked | Skipped:
        async with slots:
            return await prober.ask(call, account, environment)

    told: list[Asked | Skipped] = []
    for stage in (stage for group in wanted.groups for stage in group.stages):
        told += await asyncio.gather(*map(ask, stage))
    asked = [one for one in told if isinstance(one, Asked)]
    facts = next((one.facts for one in asked if one.facts is not None), KeyFacts())
    shape = looks_like_futures_testnet(account.api_key.encode("ascii", "replace"))
    return Run(
        schema=SCHEMA,
        began_ms=began_ms,
        took_ms=round((prober.local.monotonic() - began) * 1000),
        set=wanted.name,
        account=account.name,
        key=key,
        environment=environment.name,
        probes=tuple(one.probe for one in asked),
        sections=wanted.sections,
        skipped=tuple(one for one in told if isinstance(one, Skipped)),
        weight=wanted.weight,
        facts=msgspec.structs.replace(facts, futures_testnet_shape=shape),
        series=series,
    )
