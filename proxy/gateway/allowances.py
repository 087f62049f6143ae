"""What a request may take of the policy's limits: judged, counted before it leaves, given back if it did nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from proxy.clients.day_ledger import DayLedger, Taken
from proxy.clients.once import OnceRegister
from proxy.clients.policy_file import UNAVAILABLE, PolicyFile
from proxy.core.answer_code import answer_code, answer_success, decoded_body
from proxy.core.errors import ConfigError, Execution, RefusedError
from proxy.core.flow import Answer, Flow
from proxy.core.guard.once import REPEATED, once_path, once_step, order_number
from proxy.core.guard.permit import Policy
from proxy.core.readings import Reading
from proxy.core.signing import PreparedRequest
from proxy.gateway.call import Plan
from proxy.gateway.market import Market

_LONGEST_ANSWER: Final = 16 * 1024
_LEAVE_OPEN: Final = (-1000, -1001, -1006, -1007)
"""Codes that leave open what was done, under whatever status (errors.json: after a write, look first)."""


class Allowance(Struct, frozen=True):
    """What a request took: of a day's limit, and of what is done once."""

    taken: Taken | None
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
    now_ms: Callable[[], int]
    """The wall clock: a day is counted when it is taken from, however long the request took to come in."""

    async def reserve(self, flow: Flow, plan: Plan, prepared: PreparedRequest) -> Allowance | None:
        """Take what the request needs; None where it needs nothing. Raises RefusedError where it does not fit."""
        step = once_step(plan.route.endpoint)
        taken = await self._take(flow, plan, prepared) if plan.caller.policy.limits else None
        if step is None:
            allowance = Allowance(taken, claimed=False) if taken is not None else None
        else:
            self._claim(flow, plan, step, prepared, taken)
            allowance = Allowance(taken, claimed=True)
        flow.counted = allowance is not None
        return allowance

    def settle(self, flow: Flow, allowance: Allowance) -> None:
        """The request ended: what it took stays used, or is given back where it certainly did nothing."""
        file = self.counts.opened()
        back = did_nothing(flow)
        if allowance.taken is not None:
            ledger = DayLedger(file)
            ledger.give_back(allowance.taken) if back else ledger.settle(allowance.taken)
        if allowance.claimed and back:
            OnceRegister(file).release(flow.request_id)
        flow.counted = False

    async def _take(self, flow: Flow, plan: Plan, prepared: PreparedRequest) -> Taken | None:
        """Of the first line that it fits and that has room today; None where none counts. Raises RefusedError."""
        from proxy.gateway import limit_fits  # noqa: PLC0415  # not at start: most policies have no limits

        lines = limit_fits.lines_for(plan.route.endpoint, plan)
        if not lines:
            return None
        fits = await limit_fits.fits_of(self.market, plan, prepared, lines)
        alternatives = [limit_fits.shares(fit) for fit in fits]
        if not all(alternatives):
            return None
        client = plan.caller.name or ""
        taken = DayLedger(self.counts.opened()).take(client, flow.request_id, alternatives, self.now_ms())
        if taken is None:
            raise RefusedError(limit_fits.used_up(fits, lines))
        return taken

    def _claim(
        self, flow: Flow, plan: Plan, step: str, prepared: PreparedRequest, taken: Taken | None
    ) -> None:
        """Raises RefusedError where this step of the order was done, or may have been."""
        file = self.counts.opened()
        claimed = False
        try:
            number = order_number(plan.route.endpoint, prepared)
            claimed = OnceRegister(file).claim(
                step, plan.environment.name, number, flow.request_id, self.now_ms()
            )
        finally:
            if not claimed and taken is not None:
                DayLedger(file).give_back(taken)
        if not claimed:
            raise RefusedError(REPEATED)


def needs_counts(policy: Policy) -> bool:
    """Whether requests under this policy may need the file."""
    return any(line.most_per_day for line in policy.limits) or any(map(once_path, policy.allowed))


def did_nothing(flow: Flow) -> bool:
    """Whether it certainly was not executed: not sent, refused with a 4xx, or by C2C in an answer of status 200."""
    answer = flow.answer
    if flow.execution is Execution.NOT_SENT or answer is None:
        return not flow.may_have_executed
    code, success = _code_and_success(answer)
    if _number(code) in _LEAVE_OPEN:
        return False
    if not flow.may_have_executed:
        return True
    is_c2c = flow.endpoint is not None and flow.endpoint.family == "c2c"
    refused = code is not None and _number(code) != 0 and success is not True
    return is_c2c and answer.status == 200 and answer.complete and refused


def _code_and_success(answer: Answer) -> tuple[int | str | None, bool | None]:
    """`code` and `success` of an answer; None where it has none."""
    body = decoded_body(answer, _LONGEST_ANSWER) or b""
    return answer_code(body), answer_success(body)


def _number(code: int | str | None) -> int | None:
    try:
        return None if code is None else int(code)
    except ValueError:
        return None
