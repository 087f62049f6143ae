"""`/confirmations` on the admin port: see what waits for a person, approve it, refuse it; all with the token."""

from typing import Final

from proxy.clients.tickets import State, TicketsUnavailableError
from proxy.core.errors import Refusal
from proxy.core.guard.ingress import GET_ONLY
from proxy.core.head import Head
from proxy.gateway.confirmations import UNAVAILABLE, Confirmations
from proxy.server import Reply, json_reply

PATH: Final = b"/confirmations"

_NONE: Final = Refusal(
    404,
    "confirmation_unknown",
    "nothing of this id waits here; signing-proxy approve lists what does, at each gateway of this journal directory",
)
_ENDS: Final = {
    State.APPROVED: "it was approved already, and waits for its client to send it again",
    State.USED: "it was approved, and is carried out: never a second time",
    State.REFUSED: "it was refused",
    State.EXPIRED: "its time was up, or its client had hung up; the client must ask again",
}


def serve_confirmations(confirmations: Confirmations, head: Head) -> Reply | Refusal:
    """GET lists or shows, POST approves, DELETE refuses. The token was seen by the caller."""
    wanted = head.path.removeprefix(PATH).removeprefix(b"/").decode("latin-1").upper()
    try:
        if not wanted:
            return json_reply({"confirmations": confirmations.living()}) if head.method == "GET" else GET_ONLY
        if head.method == "GET":
            found = confirmations.find(wanted)
        else:
            found = confirmations.decide(wanted, approved=head.method == "POST")
    except TicketsUnavailableError:
        return UNAVAILABLE
    if found is None:
        return _NONE
    if isinstance(found, State):
        return Refusal(409, "confirmation_ended", f"this cannot be decided any more: {_ENDS[found]}")
    return json_reply(found)
