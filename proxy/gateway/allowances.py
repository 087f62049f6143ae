"""What a request may take of the policy's limits: judged, counted before it leaves, given back if it did nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from proxy.clients.day_ledger import DayLedger, Share, Taken
from proxy.clients.once import OnceRegister
from proxy.clients.policy_file import UNAVAILABLE, PolicyFile
from proxy.core.answer_code import answer_code, decoded_body
from proxy.core.errors import ConfigError, RefusedError
from proxy.core.flow import Flow
from proxy.core.guard.limits import Fit, Line, concerned, judge, limit_refusal
from proxy.core.guard.limits.judge import NO_FACTS
from proxy.core.guard.once import REPEATED, once_path, once_step, order_number
from proxy.core.guard.permit import Policy
from proxy.core.readings import Reading
from proxy.core.signing import PreparedRequest
from proxy.gateway.call import Plan
from proxy.gateway.market import Market

_ROUNDS: Final = 3
"""Facts of the market are asked for as they turn out to be needed: the size of a contract, then its price."""
_LONGEST_ANSWER: Final = 16 * 1024
_OF_THE_SYSTEM: Final = range(-1099, -999)
"""Codes of the exchange's general part, of which some leave open what was done (-1000, -1006, -1007)."""


class Allowance(Struct, frozen=True):
    """What a request took: of a day's limit, and of what is done once."""

    taken: Taken
    claimed: bool


class Counts:
    """The file of what was used. Opened by the first request that needs it, or by `open` at the start."""

    def __init__(self, directory: Path) -> None:
        """`directory`: of the journal; gateways that share it share the counts."""
        self._directory = directory
        self._file: PolicyFile | None = None

    def open(self) -> PolicyFile:
        """Raises ConfigError."""
        if self._file is None:
            self._file = PolicyFile(self._directory)
        return self._file

    def opened(self) -> PolicyFile:
        """As `open`, while requests are served: raises RefusedError."""
        try:
            return self.open()
        except ConfigError as error:
            raise RefusedError(UNAVAILABLE) from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def mark_sent(self, flow: Flow) -> None:
        """Its first octet leaves now: if this gateway dies, what it took stays used. Raises RefusedError."""
        if flow.counted:
            self.opened().mark_sent(flow.request_id)

    def readings(self) -> Iterator[Reading]:
        if self._file is not None:
            yield from self._file.readings()


class Allowances(Struct, frozen=True):
    """What requests take, one for all of them."""

    market: Market
    counts: Counts

    async def reserve(self, flow: Flow, plan: Plan, prepared: PreparedRequest) -> Allowance | None:
        """Take what the request needs; None where no limit concerns it. Raises RefusedError where it does not fit."""
        caller, endpoint = plan.caller, plan.route.endpoint
        lines, step = concerned(endpoint, caller.policy.limits), once_step(endpoint)
        if not lines and step is None:
            return None
        fits = await self._fits(plan, prepared, lines) if lines else ()
        allowance = Allowance(self._take(flow, caller.name or "", lines, fits), step is not None)
        if step is not None:
            self._claim(flow, plan, step, prepared, allowance)
        flow.counted = allowance.claimed or allowance.taken.counted
        return allowance

    def settle(self, flow: Flow, allowance: Allowance) -> None:
        """The request ended: what it took stays used, or is given back where it certainly did nothing."""
        if not flow.counted:
            return
        file = self.counts.opened()
        if _did_nothing(flow):
            DayLedger(file).give_back(allowance.taken)
            if allowance.claimed:
                OnceRegister(file).release(flow.request_id)
        else:
            DayLedger(file).settle(allowance.taken)

    async def _fits(self, plan: Plan, prepared: PreparedRequest, lines: tuple[Line, ...]) -> tuple[Fit, ...]:
        """The lines it fits, with what the exchange's market says where that decides. Raises RefusedError."""
        endpoint, margin = plan.route.endpoint, plan.caller.policy.margin
        judged = judge(endpoint, prepared, lines, margin=margin)
        facts = NO_FACTS
        asked: frozenset[object] = frozenset()
        for _ in range(_ROUNDS):
            if judged.fits or not judged.missing - asked:
                break
            asked |= judged.missing
            account = plan.account.name if plan.account else ""
            found = await self.market.facts(judged.missing, plan.environment, account)
            facts = type(facts)({**facts.books, **found.books}, {**facts.contracts, **found.contracts})
            judged = judge(endpoint, prepared, lines, facts=facts, margin=margin)
        if not judged.fits:
            raise RefusedError(limit_refusal(judged.whys[0], lines))
        return judged.fits

    def _take(self, flow: Flow, client: str, lines: tuple[Line, ...], fits: tuple[Fit, ...]) -> Taken:
        """Of the first line that has room today. Raises RefusedError."""
        alternatives = [_shares(fit) for fit in fits]
        if not alternatives or not all(alternatives):
            return Taken(flow.request_id, 0, counted=False)
        taken = DayLedger(self.counts.opened()).take(client, flow.request_id, alternatives, flow.started_ms)
        if taken is None:
            raise RefusedError(limit_refusal(_used_up(fits), lines))
        return taken

    def _claim(
        self, flow: Flow, plan: Plan, step: str, prepared: PreparedRequest, allowance: Allowance
    ) -> None:
        """Raises RefusedError where this step of the order was done, or may have been."""
        file = self.counts.opened()
        account = plan.account.name if plan.account else ""
        claimed = False
        try:
            number = order_number(prepared)
            claimed = OnceRegister(file).claim(step, account, number, flow.request_id, flow.started_ms)
        finally:
            if not claimed:
                DayLedger(file).give_back(allowance.taken)
        if not claimed:
            raise RefusedError(REPEATED)


def needs_counts(policy: Policy) -> bool:
    """Whether requests under this policy may need the file."""
    return any(line.most_per_day for line in policy.limits) or any(map(once_path, policy.allowed))


def _shares(fit: Fit) -> list[Share]:
    """What it takes of the day; nothing where it moves nothing: a cancel must not wait for a full disk."""
    return [
        Share(fit.line.key, measure.value, fit.amounts[measure], most, fit.line.text)
        for measure, most in fit.line.most_per_day.items()
        if fit.amounts[measure]
    ]


def _used_up(fits: tuple[Fit, ...]) -> str:
    names = dict.fromkeys(f"max_{measure.value}_per_day" for fit in fits for measure in fit.line.most_per_day)
    return f"{' and '.join(names)} has not so much left today (UTC); signing-proxy policy usage shows it"


def _did_nothing(flow: Flow) -> bool:
    """Whether it certainly was not executed: not sent, refused with a 4xx, or by C2C in an answer of status 200."""
    if not flow.may_have_executed:
        return True
    answer, endpoint = flow.answer, flow.endpoint
    if (
        answer is None
        or endpoint is None
        or endpoint.family != "c2c"
        or answer.status != 200
        or not answer.complete
    ):
        return False
    code = answer_code(decoded_body(answer, _LONGEST_ANSWER) or b"")
    return code is not None and code != "000000" and _number(code) not in _OF_THE_SYSTEM


def _number(code: int | str) -> int | None:
    try:
        return int(code)
    except ValueError:
        return None
