"""Unknown outcomes are resolved: order writes whose answer was lost are looked up at the exchange."""

from proxy.outcomes.board import Board
from proxy.outcomes.leftovers import tell_leftovers
from proxy.outcomes.look import Looker
from proxy.outcomes.resolve import Outcomes

__all__ = ["Board", "Looker", "Outcomes", "tell_leftovers"]
