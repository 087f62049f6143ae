"""Takes in a permitted request: reads the body, checks the client's own signature, chooses key and clock."""

from collections.abc import Callable
from typing import Final

import msgspec

from proxy.core.catalogue import Needs
from proxy.core.errors import Refusal, RefusedError
from proxy.core.flow import Flow, KeyInfo
from proxy.core.guard.body import label_refusal
from proxy.core.http.prepare import clean_request
from proxy.core.settings import Settings
from proxy.core.wire import RawRequest
from proxy.diagnosis.client_signature import SignatureCheck
from proxy.gateway.call import Call, OutgoingRequest, Plan
from proxy.gateway.repair_log import RepairLog
from proxy.limits.throttle import Throttle
from proxy.runtime.exchange_clock import Clocks

_NO_ACCOUNT: Final = Refusal(
    401,
    "account_missing",
    "this endpoint needs a key and none was chosen: configure one (BINANCE_API_KEY and BINANCE_API_SECRET_FILE), or, "
    "of several accounts, name one in X-Gateway-Account or default_account",
)


class Intake(msgspec.Struct, frozen=True):
    """Makes an `OutgoingRequest` of a call. `now`: seconds on the clock of the flows."""

    settings: Settings
    clocks: Clocks
    throttle: Throttle
    signature_check: SignatureCheck
    now: Callable[[], float]
    repair_log: RepairLog

    async def receive(self, flow: Flow, call: Call) -> bytes:
        """Read the body, if it can be one of Binance's. Raises RefusedError."""
        has_body = call.has_body
        if refusal := label_refusal(call.head, has_body=has_body):
            raise RefusedError(refusal)
        return await self._read_body(flow, call) if has_body else b""

    async def prepare(self, flow: Flow, call: Call, plan: Plan, body: bytes) -> OutgoingRequest:
        """Know what the body is, cut out what is ours, have the key and the time at hand.

        Raises RefusedError.
        """
        route, account = plan.route, plan.account
        add_id = flow.request_id if self.settings.orders.add_client_order_id else None
        clean = clean_request(call.head, body, route, repair=self._repairs(plan), add_id=add_id)
        self.repair_log.note(flow, clean.repairs)
        if plan.caller.signing is not None and Needs.SIGNED in (route.needs, route.endpoint.needs):
            await self._check_own_signature(flow, call, plan)
        if route.needs is not Needs.NONE:
            if account is None:
                raise RefusedError(_NO_ACCOUNT)
            flow.key = KeyInfo(account.name, account.signing.key_type, account.api_key)
        flow.prepared = clean.prepared
        flow.findings += clean.repairs
        clock = self.clocks.of(plan.environment, route.family)
        if route.needs is Needs.SIGNED:
            await self.clocks.ensure_estimate(clock)
        flow.timings.permitted = self.now()
        limits = self.throttle.limits(route, account.name if account else "", clock)
        return OutgoingRequest(call.head, route, account, clean.prepared, clean.content_type, clock, limits)

    def _repairs(self, plan: Plan) -> bool:
        """Whether a JSON body may become a form. No signature of the client's covers one, so a client that must sign
        must send what it has signed."""
        return self.settings.signing.repair == "on" and plan.caller.signature != "require"

    async def _read_body(self, flow: Flow, call: Call) -> bytes:
        body = await call.read_body(self.settings.limits)
        if body:
            raw = call.raw
            flow.client = call.raw = RawRequest(raw.method, raw.target, raw.headers, body)
        return body

    async def _check_own_signature(self, flow: Flow, call: Call, plan: Plan) -> None:
        """If the client's virtual secret is known: refuse a wrong signature here, or leave it to the recorder."""
        flow.client_key = plan.caller.known_key(call.head)
        if plan.caller.signature == "require":
            await self.signature_check.require(flow, flow.client_key)
