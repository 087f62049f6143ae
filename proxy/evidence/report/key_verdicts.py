"""What flows and sweeps together show of each key: the verdict of `core/probes`, asked of what a bundle holds."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from proxy.audit.run import Run
from proxy.core.catalogue import Catalogue, Needs
from proxy.core.foreign import NOTHING, Foreign
from proxy.core.probes import KeyFacts, Leaf, Probe, Recomputed, Said, Verdict, known_text, said, verdict
from proxy.core.probes.said import REFUSED
from proxy.core.probes.sweep import HOUR_MS, RUN_MS, Place, place_of
from proxy.evidence.report.story import End, Seen, Story

_METHOD: Final = re.compile(r"[A-Z]{1,20}")
_PATH: Final = re.compile(r"/[A-Za-z0-9/_.-]{1,200}")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,100}(?::[0-9]{1,5})?")
_CODE: Final = re.compile(r"-?[A-Za-z0-9_]{1,32}")
_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
_RECOMPUTED: Final = {"valid": Recomputed.RIGHT, "invalid": Recomputed.WRONG}
_TROUBLE: Final = REFUSED | {Said.LIMITED, Said.BANNED, Said.FIREWALL, Said.LOCATION, Said.FAILING}
_LONE: Final = frozenset({Said.KEY_UNKNOWN})


class KeyVerdict(msgspec.Struct, frozen=True):
    """Of one key. `account`: its name or number. `told`: what all shows together, at its newest refusal.

    `at_ms`: when that was, Unix ms. `by_audit`: what the sweeps alone show, where the flows lack a control call.
    `later`: endpoints that refused it then and took it afterwards.
    """

    account: Foreign
    told: Verdict
    at_ms: int
    by_audit: Verdict | None = None
    later: tuple[str, ...] = ()


def key_verdicts(story: Story, runs: Sequence[Run], now_ms: int) -> list[KeyVerdict]:
    """Each key with what was seen of it; the one refused most comes first."""
    names: dict[str, Foreign] = {}
    flows: dict[str, list[Probe]] = {}
    for one in story.seen:
        found = _probe(one)
        if found is not None:
            names.setdefault(found.account, one.flow.account)
            flows.setdefault(found.account, []).append(found)
    sweeps: dict[str, list[Run]] = {}
    for run in runs:
        names.setdefault(run.key, Foreign(run.account))
        sweeps.setdefault(run.key, []).append(run)
    told = [(key, _judged(names[key], flows.get(key, []), sweeps.get(key, []), key, now_ms)) for key in names]
    refusals = {
        key: sum(said(one) in _TROUBLE for one in (*flows.get(key, []), *_probes(sweeps.get(key, []), key)))
        for key in names
    }
    return [one for key, one in sorted(told, key=lambda pair: -refusals[pair[0]]) if one is not None]


def _judged(name: Foreign, flows: list[Probe], runs: list[Run], key: str, now_ms: int) -> KeyVerdict | None:
    swept = _probes(runs, key)
    probes = [*_telling(flows, swept), *swept]
    if not probes:
        return None
    at_ms = _moment(probes)
    facts = next((run.facts for run in reversed(runs) if run.facts != KeyFacts()), KeyFacts())
    told = verdict(_until(probes, at_ms), now_ms, facts)
    if told.leaf is Leaf.WORKS:  # by what came after the refusal that is in question, if there is one
        told = verdict(_not_yet_taken_again(_until(probes, at_ms), at_ms), now_ms, facts)
    by_audit = None
    if told.leaf is Leaf.UNKNOWN and swept and _only_lacks_a_control(_until(flows, at_ms)):
        moment = _moment(swept)
        alone = verdict(_until(swept, moment), now_ms, facts)
        if alone.leaf is not Leaf.UNKNOWN and abs(at_ms - moment) <= HOUR_MS:
            by_audit = alone
    return KeyVerdict(name, told, at_ms, by_audit, _later(by_audit or told, probes, at_ms))


def _telling(flows: Sequence[Probe], swept: Sequence[Probe]) -> list[Probe]:
    """Without good flows that only repeat, in the same minute, a good call of a sweep whose signature was recomputed:
    theirs was not. Where the endpoint refused the key as well, all of them stay."""
    refusing = {place_of(one) for one in (*flows, *swept) if said(one) in _TROUBLE}
    checked: dict[Place, list[int]] = {}
    for one in swept:
        if said(one) is Said.TAKEN and one.signature is Recomputed.RIGHT:
            checked.setdefault(place_of(one), []).append(one.at_ms)

    def repeats(one: Probe) -> bool:
        place = place_of(one)
        near = any(abs(one.at_ms - at_ms) <= RUN_MS for at_ms in checked.get(place, ()))
        return near and said(one) is Said.TAKEN and place not in refusing

    return [one for one in flows if not repeats(one)]


def _moment(probes: Iterable[Probe]) -> int:
    """Of the newest refusal; of the newest probe where nothing was refused."""
    found = list(probes)
    refused = [one.at_ms for one in found if said(one) in _TROUBLE]
    return max(refused or [one.at_ms for one in found])


def _until(probes: Iterable[Probe], at_ms: int) -> list[Probe]:
    """What was asked up to half a minute behind a moment, so that controls on both sides of it are in one run."""
    return [one for one in probes if one.at_ms <= at_ms + RUN_MS // 2]


def _not_yet_taken_again(probes: Sequence[Probe], at_ms: int) -> list[Probe]:
    """Without what an endpoint that refused the key took after that moment: that is told apart, as `later`."""
    refusing = {place_of(one) for one in probes if one.at_ms == at_ms and said(one) in _TROUBLE}
    return [one for one in probes if one.at_ms <= at_ms or place_of(one) not in refusing]


def _only_lacks_a_control(flows: Sequence[Probe]) -> bool:
    """Whether the newest minute of the flows holds no trouble but -2008: else sweeps cannot speak for them."""
    newest = max((one.at_ms for one in flows), default=0)
    return {said(one) for one in flows if newest - one.at_ms <= RUN_MS} & _TROUBLE <= _LONE


def _later(told: Verdict, probes: Iterable[Probe], at_ms: int) -> tuple[str, ...]:
    refused = {one.probe.endpoint for one in told.evidence if one.says in REFUSED}
    took = {one.endpoint for one in probes if one.at_ms > at_ms and said(one) is Said.TAKEN}
    return tuple(sorted(refused & took))


def _probes(runs: Iterable[Run], key: str) -> list[Probe]:
    """Those of sweeps, under the name that the flows' have."""
    return [
        msgspec.structs.replace(one, account=key)
        for run in runs
        for one in run.probes
        if one.account and _is_plain(Foreign(one.method), Foreign(one.path), Foreign(one.host))
    ]


def _is_plain(method: Foreign, path: Foreign, host: Foreign) -> bool:
    """Only such stand in a sentence of ours."""
    return method.is_like(_METHOD) and path.is_like(_PATH) and (not host or host.is_like(_HOST))


def _probe(one: Seen) -> Probe | None:
    """A flow that was sent with a key, as a probe; None for any other, and for one of an odd form."""
    flow = one.flow
    key = flow.key.raw.split(":")[1] if flow.key.raw.count(":") > 1 else ""
    if not key or one.at_ms is None or flow.shared or one.end is End.STOPPED:
        return None
    if not _is_plain(flow.method, flow.path, flow.server):
        return None
    endpoint = Catalogue.builtin().find(flow.method.raw, flow.path.raw)
    return Probe(
        method=flow.method.raw,
        path=flow.path.raw,
        host=flow.server.raw,
        account=key,
        at_ms=round(one.at_ms),
        needs=_needs(flow.needs, endpoint.needs if endpoint is not None else Needs.SIGNED),
        status=flow.status,
        code=(flow.code.raw if flow.code.is_like(_CODE) else "unreadable") if flow.code else None,
        message=known_text(flow.message.raw),
        signature=_RECOMPUTED.get(flow.signature.raw, Recomputed.UNCHECKED),
        edge_request_id=_id(one.header("x-mbx-uuid")),
    )


def _needs(recorded: Foreign, usual: Needs) -> Needs:
    return next((one for one in Needs if recorded == one.value), usual)


def _id(header: Foreign) -> str:
    return (header if header.is_like(_ID) else NOTHING).raw
