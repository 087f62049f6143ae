"""The policy at work: who may ask, for what, and how much of it. Decided in `core.guard`."""

from msgspec import Struct

from proxy.clients.registry import KEY_REQUIRED
from proxy.core.catalogue import Needs
from proxy.core.errors import RefusedError
from proxy.core.flow import Flow
from proxy.core.guard import IngressPolicy, check_head, passed_on, permit
from proxy.core.guard.cors import page_refusal
from proxy.core.head import Head
from proxy.core.signing import PreparedRequest
from proxy.gateway.allowances import Allowance, Allowances
from proxy.gateway.call import Plan
from proxy.gateway.kill_switch import KillSwitch


class Guard(Struct, frozen=True):
    """Asked three times: about the head, the endpoint and the parameters. Each raises RefusedError."""

    ingress: IngressPolicy
    kill_switch: KillSwitch
    allowances: Allowances

    def check_head(self, head: Head) -> None:
        """May anybody ask like this?"""
        if refusal := check_head(head, self.ingress):
            raise RefusedError(refusal)

    def permit(self, head: Head, plan: Plan) -> None:
        """May this caller call this endpoint?"""
        caller, route = plan.caller, plan.route
        if caller.public_only:
            if refusal := passed_on(head, self.ingress):
                raise RefusedError(refusal)
            if not (route.needs is route.endpoint.needs is Needs.NONE):
                raise RefusedError(KEY_REQUIRED)
        if refusal := page_refusal(head, route, self.ingress):
            raise RefusedError(refusal)
        if refusal := permit(route.endpoint, caller.policy, switched_off=self.kill_switch.on):
            raise RefusedError(refusal)

    async def reserve(self, flow: Flow, plan: Plan, prepared: PreparedRequest) -> Allowance | None:
        """May it be done with these parameters, and still? The kill switch may have turned while the body came in,
        or while the exchange was asked for a price.

        What it takes of the policy's limits is taken now, and given back by `settle` if it certainly did nothing.
        """
        self._require_still_permitted(plan)
        allowance = await self.allowances.reserve(flow, plan, prepared)
        try:
            self._require_still_permitted(plan)
        except RefusedError:
            self.settle(flow, allowance)
            raise
        return allowance

    def settle(self, flow: Flow, allowance: Allowance | None) -> None:
        """The request ended."""
        if allowance is not None:
            self.allowances.settle(flow, allowance)

    def _require_still_permitted(self, plan: Plan) -> None:
        if self.kill_switch.on and (
            refusal := permit(plan.route.endpoint, plan.caller.policy, switched_off=True)
        ):
            raise RefusedError(refusal)
