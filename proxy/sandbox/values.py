"""Business parameters: decoded values out of the pairs, with the refusals for wrong ones.

The order is: too many, empty, mandatory, legal range, unread. Binance lists -1104 (not all parameters were read) for
all products, but only `/api` is known to answer it: it refuses names it does not know, and the other products read
what they know and pass over the rest. `Sandbox.unknown_parameters` makes them alike. Nothing that was passed over has
any effect, and a name in another case is another name: what is executed is what such an exchange would execute.
"""

from dataclasses import dataclass, field

from proxy.sandbox.endpoint import Choice, Endpoint, Param, Pattern, Security
from proxy.sandbox.exchange import UnknownParameters
from proxy.sandbox.refusals import bad_request, illegal, missing
from proxy.sandbox.wire import Pair

AUTH_NAMES = frozenset(("signature", "timestamp", "recvWindow"))


@dataclass(slots=True)
class Values:
    single: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)


def refuse_duplicates(endpoint: Endpoint, pairs: list[Pair]) -> None:
    """A name that comes twice, in the query, in the form or once in each (-1101)."""
    may_repeat = {param.name for param in endpoint.params if param.repeatable}
    names = [pair.name for pair in pairs if pair.name not in may_repeat]
    if len(names) != len(set(names)):
        raise bad_request(-1101, "Duplicate values for a parameter detected.")


def read_values(
    endpoint: Endpoint, pairs: list[Pair], unknown: UnknownParameters = "as_documented", *, last: bool = False
) -> Values:
    """The values an endpoint reads. Raises -1100 to -1105 and -1115 to -1120.

    last: of a name that comes twice, where that is let pass, the last one counts.
    """
    refuses = unknown == "refuse" or (unknown == "as_documented" and endpoint.family == "api")
    if refuses:
        refuse_surplus(endpoint, pairs)
    signed = endpoint.security is Security.SIGNED
    business = [pair for pair in pairs if not (signed and pair.name in AUTH_NAMES)]
    for pair in business:
        if pair.value == "":
            raise bad_request(-1105, f"Parameter '{pair.name}' was empty.")
    values = _collect(endpoint, business[::-1] if last else business)
    if refuses:
        refuse_unread(endpoint, pairs)
    return values


def _collect(endpoint: Endpoint, business: list[Pair]) -> Values:
    values = Values()
    for param in endpoint.params:
        found = [pair.value for pair in business if pair.name == param.name]
        if not found and param.required:
            raise missing(param.name)
        for value in found:
            check_form(param, value)
        if param.repeatable:
            values.lists[param.name] = found
        elif found:
            values.single[param.name] = found[0]
    return values


def check_form(param: Param, value: str) -> None:
    """Raises -1100 with the legal range, or the code of the word list."""
    if isinstance(param.form, Pattern) and not param.form.accepts(value):
        raise illegal(param.name, param.form.shown)
    if isinstance(param.form, Choice) and value not in param.form.words:
        raise bad_request(param.form.code, param.form.text)


def _known_names(endpoint: Endpoint) -> set[str]:
    names = {param.name for param in endpoint.params}
    may_be_signed = endpoint.security is Security.SIGNED or endpoint.signed_too
    return names | AUTH_NAMES if may_be_signed else names


def refuse_surplus(endpoint: Endpoint, pairs: list[Pair]) -> None:
    """More parameters than the endpoint has at all, those of the signature included."""
    expected = len(_known_names(endpoint))
    has_lists = any(param.repeatable for param in endpoint.params)
    if len(pairs) > expected and not has_lists:
        raise bad_request(-1101, f"Too many parameters; expected '{expected}' and received '{len(pairs)}'.")


def refuse_unread(endpoint: Endpoint, pairs: list[Pair]) -> None:
    """A name nobody read. The signature itself is left out of both counts."""
    known = _known_names(endpoint)
    counted = [pair for pair in pairs if pair.name != "signature" or "signature" not in known]
    read = sum(1 for pair in counted if pair.name in known)
    if read != len(counted):
        text = f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{len(counted)}'."
        raise bad_request(-1104, text)
