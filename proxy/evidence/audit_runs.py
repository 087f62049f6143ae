"""The audit's stored sweeps for a bundle: which of them, and fit for other people's eyes.

They bear a name of the audit's own, so that `signing-proxy audit history --journal FOLDER` reads an unpacked bundle.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

import msgspec
from msgspec.structs import replace

from proxy.audit.built_in import NAMES, built_in
from proxy.audit.run import Run, Section, Skipped
from proxy.audit.store import Runs
from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, Catalogue
from proxy.core.probes import Probe, known_text
from proxy.core.settings import EnvironmentName
from proxy.evidence.anonymous import Anonymiser

MOST: Final = 1100
"""A week of a sweep every ten minutes; the newest are kept."""

_GROUPS: Final = frozenset(group.name for name in NAMES for group in built_in(name).groups)
_ENVIRONMENTS: Final = frozenset(get_args(EnvironmentName.__value__))
_LOOPBACK: Final = re.compile(r"(?:127\.[0-9.]{5,11}|localhost|\[::1\])(?::[0-9]{1,5})?")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LIKE_A_KEY: Final = re.compile(r"[A-Za-z0-9]{48,}")
"""Ids of the network in front of the exchange can look so; the search for secrets lets none out."""
_CODE: Final = re.compile(r"-?[0-9]{1,6}")
"""As Binance's are. Longer ones could be the number of somebody or of an order."""
_FAULT: Final = re.compile(r"[a-z]{2,12}")
_HELD: Final = "Binance asked to wait"


def stored_runs(journal: Path, earliest_ms: int = 0, latest_ms: int | None = None) -> tuple[Run, ...]:
    """Those that began in this stretch, oldest first, at most `MOST`. Raises ConfigError for a file that cannot be
    read."""
    found = Runs(journal).since(earliest_ms) if journal.is_dir() else iter(())
    return tuple(run for run in found if latest_ms is None or run.began_ms <= latest_ms)[-MOST:]


def file_of(runs: Sequence[Run]) -> tuple[str, bytes]:
    """Name and lines. The name has the newest day, by which the audit chooses files."""
    newest = datetime.fromtimestamp(runs[-1].began_ms / 1000, UTC)
    return f"audit-{newest:%Y%m%d}.jsonl", b"".join(msgspec.json.encode(run) + b"\n" for run in runs)


def for_binance(runs: Iterable[Run]) -> tuple[Run, ...]:
    """With the owner's names; without ids that have the form of a key."""
    return tuple(replace(run, probes=tuple(map(_without_key_like_id, run.probes))) for run in runs)


def for_strangers(runs: Iterable[Run], anonymiser: Anonymiser) -> tuple[Run, ...]:
    """The same with numbers for all names of the owner's: accounts, sets, groups, hosts that are not Binance's. Of
    texts only those stay that are Binance's own or ours."""
    return tuple(map(_Numbers(anonymiser).remade, runs))


class _Numbers:
    """Equal names get equal numbers within one export."""

    def __init__(self, anonymiser: Anonymiser) -> None:
        self._anonymiser = anonymiser
        self._seen: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}

    def remade(self, run: Run) -> Run:
        account = self._anonymiser.account(run.account)
        return replace(
            run,
            set=run.set if run.set in NAMES else self._number("set", run.set),
            account=account,
            key=self._anonymiser.key_tag(run.key),
            environment=run.environment if run.environment in _ENVIRONMENTS else "unknown",
            probes=tuple(self._probe(one, account) for one in run.probes if _is_listed(one.endpoint)),
            sections=tuple(map(self._section, run.sections)),
            skipped=tuple(map(_skipped, filter(lambda one: _is_listed(one.endpoint), run.skipped))),
        )

    def _section(self, one: Section) -> Section:
        name = one.name if one.name in _GROUPS else self._number("group", one.name)
        controls, calls = (tuple(filter(_is_listed, names)) for names in (one.controls, one.calls))
        return Section(name, controls, calls)

    def _probe(self, one: Probe, account: str) -> Probe:
        fault = one.fault.partition(":")[0]
        return replace(
            one,
            account=account if one.account else "",
            host=one.host if _is_everybodys(one.host) else self._number("host", one.host),
            code=one.code if one.code is None or _CODE.fullmatch(str(one.code)) else "unreadable",
            message=known_text(one.message),
            fault=fault if _FAULT.fullmatch(fault) or not fault else "not answered",
            edge_request_id=one.edge_request_id if _UUID.fullmatch(one.edge_request_id) else "",
        )

    def _number(self, kind: str, name: str) -> str:
        if (kind, name) not in self._seen:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._seen[kind, name] = f"{kind}-{self._counts[kind]}"
        return self._seen[kind, name]


def _without_key_like_id(one: Probe) -> Probe:
    return replace(one, edge_request_id="") if _LIKE_A_KEY.search(one.edge_request_id) else one


def _is_listed(endpoint: str) -> bool:
    """A sweep asks nothing else; whoever wrote another into the file wrote it by hand."""
    method, _, path = endpoint.partition(" ")
    return Catalogue.builtin().find(method, path) is not None


def _is_everybodys(host: str) -> bool:
    """One of Binance's, or loopback; as flows show them."""
    return host in ALLOWED_UPSTREAM_HOSTS or _LOOPBACK.fullmatch(host) is not None


def _skipped(one: Skipped) -> Skipped:
    return replace(
        one, why=_HELD if one.why.startswith(_HELD) else "the environment or the policy has it not"
    )
