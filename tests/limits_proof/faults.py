"""Faults of one line each that a proof of limits must find: each would let something through that a policy forbids.

A fault is put into the running process: the function that has the line gets the code of its own text with that line
changed, so whoever imported it has the fault too. No file is touched.
"""

import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from types import FunctionType
from typing import Any, Final

_AMOUNTS, _ORDERS = "proxy.core.guard.limits.amounts", "proxy.core.guard.limits.orders"
_JUDGE, _ARGUMENTS = "proxy.core.guard.limits.judge", "proxy.core.guard.limits.arguments"


@dataclass(frozen=True)
class Fault:
    """`old` stands once in the text of `function` of `module`, and becomes `new`. harm: what then passes."""

    name: str
    module: str
    function: str
    old: str
    new: str
    harm: str


FAULTS: Final = (
    Fault("trailing-stop-under-max-quote", _ORDERS, "_leg", "trails=Role.CALLBACK_RATE in group", "trails=False",
          "a stop that follows the market is counted at the price of the moment"),
    Fault("side-of-a-change-believed", _AMOUNTS, "_changes", 'endpoint.method == "PUT"', "False",
          "a sale that is changed counts as the purchase that it claims to be"),
    Fault("peg-not-seen", _ORDERS, "_leg", "pegged=any(one.text != _NO_MATCH for one in group.get(Role.PRICE_MATCH, ()))",
          "pegged=False", "an order at the exchange's price counts at the price beside it"),
    Fault("half-a-cancel-replace-given-back", "proxy.core.flow", "Flow.may_have_executed", "(408, 409)", "(408,)",
          "the half that was executed is not counted against the day"),
    Fault("whole-position-not-refused", _AMOUNTS, "amount_in", "if asked.everything:",
          "if asked.everything and not asked.parts:", "closePosition passes with a small quantity beside it"),
    Fault("change-counts-no-amount", _JUDGE, "_amount", "if endpoint.path.endswith(_ONLY_LESS):",
          'if endpoint.path.endswith(_ONLY_LESS) or endpoint.method == "PUT":', "a changed order may be of any size"),
    Fault("quote-at-the-lowest-price", _AMOUNTS, "_in_quote", "max(_highest_price(", "min(_highest_price(",
          "of two prices the cheap one counts"),
    Fault("second-order-of-a-list-not-counted", _ORDERS, "parts_of", "return tuple(_working_and_pending(_grouped(arguments)))",
          "return tuple(_working_and_pending(_grouped(arguments)))[:1]", "the pending order may be of any size"),
    Fault("first-order-of-a-batch-alone", _ORDERS, "parts_of", "return tuple(_single(_by_role(group)) for group in groups)",
          "return tuple(_single(_by_role(group)) for group in groups)[:1]", "the others of a batch may be of any size"),
    Fault("parameter-that-stands-twice-taken", _ARGUMENTS, "_Reader._add", 'and parameter.type != "ARRAY"',
          'and parameter.type == "ARRAY"', "the exchange executes the one that was not judged"),
    Fault("price-of-the-sale-before-left-out", _ORDERS, "_working_and_pending", 'first.price is None or first.side == "BUY"',
          "True", "what is sold after a sale counts at the price of the moment"),
    Fault("tag-not-looked-at", _JUDGE, "_addresses", 'yield " ".join(address + tags)', 'yield " ".join(address)',
          "a withdrawal goes to another owner of a listed address"),
    Fault("margin-left-out", _AMOUNTS, "_highest_price", "run = _UP.add(_ONE, market.margin or _NONE)", "run = _ONE",
          "what the market does until the order fills is not counted"),
    Fault("sale-at-ones-own-price", _AMOUNTS, "_at_own_price", 'endpoint.family == "c2c" or "/convert/" in endpoint.path',
          "False", "any number of coins is sold for a price that fits max_quote"),
    Fault("list-compared-in-pieces", _JUDGE, "_items",
          'argument.parameter.type != "ARRAY" and (path, argument.name) not in _NAME_LISTS', '"," not in text',
          "a name that is none passes where its pieces are listed"),
    Fault("once-by-a-decoy-number", "proxy.core.guard.once", "order_number",
          "found = [one.text for one in read_arguments(endpoint, prepared) if one.role is Role.ORDER_ID]",
          r"found = re.findall(r'[0-9]{15,64}', (prepared.query + prepared.body).decode())[:1]",
          "coins are released twice, each time beside another number"),
    Fault("day-by-the-start-of-the-request", "proxy.gateway.allowances", "Allowances._take", "self.now_ms()", "flow.started_ms",
          "what began before midnight is not counted on the day on which it is executed"),
)  # fmt: skip


@contextmanager
def present(fault: Fault) -> Iterator[None]:
    """The gateway has the fault meanwhile. Raises ValueError where the function has no such line any more."""
    function = _plain(reduce(getattr, fault.function.split("."), import_module(fault.module)))
    text = textwrap.dedent(inspect.getsource(function))
    if text.count(fault.old) != 1:
        raise ValueError(f"{fault.module}.{fault.function} has no such line: {fault.old}")
    made: dict[str, Any] = {}
    exec(text.replace(fault.old, fault.new), vars(sys.modules[fault.module]), made)  # our own text
    right = function.__code__
    function.__code__ = _plain(made[function.__name__]).__code__
    try:
        yield
    finally:
        function.__code__ = right


def _plain(found: Any) -> FunctionType:
    """The function behind a property."""
    found = found.fget if isinstance(found, property) else found
    assert isinstance(found, FunctionType)
    return found
