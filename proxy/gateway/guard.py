"""The policy at work: who may ask, for what, and the day's allowance for it. Decided in `core.guard`."""

from msgspec import Struct

from proxy.clients.registry import KEY_REQUIRED
from proxy.core.catalogue import Needs
from proxy.core.errors import RefusedError
from proxy.core.flow import Flow
from proxy.core.guard import IngressPolicy, Reservation, check_head, forwarded_write, permit
from proxy.core.head import Head
from proxy.core.signing import PreparedRequest
from proxy.gateway.call import Plan
from proxy.gateway.kill_switch import KillSwitch


class Guard(Struct, frozen=True):
    """Asked three times: about the head, the endpoint and the parameters. Each raises RefusedError."""

    ingress: IngressPolicy
    kill_switch: KillSwitch

    def check_head(self, head: Head) -> None:
        """May anybody ask like this?"""
        if refusal := check_head(head, self.ingress):
            raise RefusedError(refusal)

    def permit(self, head: Head, plan: Plan) -> None:
        """May this caller call this endpoint?"""
        caller, route = plan.caller, plan.route
        if caller.public_only and not (route.needs is route.endpoint.needs is Needs.NONE):
            raise RefusedError(KEY_REQUIRED)
        if refusal := forwarded_write(head, self.ingress, mutates=route.endpoint.mutates) or permit(
            route.endpoint, caller.policy, switched_off=self.kill_switch.on
        ):
            raise RefusedError(refusal)

    def reserve(self, flow: Flow, plan: Plan, prepared: PreparedRequest) -> Reservation | None:
        """May it be done with these parameters, and still? The kill switch may have turned while the body came in.

        What it takes of the day's allowance is taken now, and given back at the end if it certainly did nothing.
        """
        caller, endpoint = plan.caller, plan.route.endpoint
        if self.kill_switch.on and (refusal := permit(endpoint, caller.policy, switched_off=True)):
            raise RefusedError(refusal)
        return caller.ledger.reserve(endpoint, prepared, caller.policy.limits, flow.started_ms)
