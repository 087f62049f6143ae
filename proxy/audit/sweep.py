"""One sweep: every call of a set once, in the order of its groups, a few at a time."""

import asyncio
from typing import Final

import msgspec

from proxy.audit.calls import CallSet
from proxy.audit.key_facts import facts_in
from proxy.audit.run import SCHEMA, Run, Skipped, Timetable
from proxy.core.catalogue import Environment
from proxy.core.errors import RefusedError, UsageError
from proxy.core.probes import KeyFacts
from proxy.credentials.accounts import Account
from proxy.credentials.mistakes import looks_like_futures_testnet
from proxy.probing.call import Call
from proxy.probing.controls import RESTRICTIONS_PATH
from proxy.probing.prober import Asked, Prober

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
            return await _ask(prober, call, account, environment)

    told: list[Asked | Skipped] = []
    for stage in (stage for group in wanted.groups for stage in group.stages):
        told += await asyncio.gather(*map(ask, stage))
    asked = [one for one in told if isinstance(one, Asked)]
    facts = next((found for one in asked if (found := _facts(one)) is not None), KeyFacts())
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


async def _ask(prober: Prober, call: Call, account: Account, environment: Environment) -> Asked | Skipped:
    """Skipped where the environment has it not, or Binance asked to wait."""
    try:
        asked = await prober.ask(call, account, environment)
    except RefusedError as refused:
        return Skipped(call.name, refused.refusal.message)
    if asked.held_seconds:
        return Skipped(call.name, f"Binance asked to wait, {asked.held_seconds} s more")
    return asked


def _facts(asked: Asked) -> KeyFacts | None:
    """What a good answer tells of the key."""
    if asked.probe.path != RESTRICTIONS_PATH or asked.probe.status != 200:
        return None
    return facts_in(asked.body)
