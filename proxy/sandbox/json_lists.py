"""Lists that stand as JSON in a parameter: `batchOrders`, `orders`, `orderIdList`.

Numbers keep the text in which they were written, so that nothing is rounded. Of a member that comes twice the last
counts, as most JSON parsers have it; which one Binance takes is not known. Members nobody knows are passed over.
"""

import json
from typing import Any

from proxy.sandbox.call import Call
from proxy.sandbox.endpoint import Param
from proxy.sandbox.refusals import bad_request, illegal, missing
from proxy.sandbox.values import check_form


def read_list(call: Call, name: str, most: int) -> list[Any]:
    """One to `most` entries. Raises -1100 for what is no JSON and -1130 for any other length."""
    try:
        read = json.loads(call.values[name], parse_float=str, parse_int=str, parse_constant=str)
    except ValueError:
        raise illegal(name, "a JSON list") from None
    if not isinstance(read, list) or not 1 <= len(read) <= most:
        raise bad_request(-1130, f"Data sent for parameter '{name}' is not valid.")
    return read


def read_entry(entry: object, known: tuple[Param, ...]) -> dict[str, str]:
    """The values of one entry, judged like the parameters of a call that came alone."""
    sent = entry if isinstance(entry, dict) else {}
    values: dict[str, str] = {}
    for param in known:
        value = sent.get(param.name)
        if isinstance(value, bool):
            value = str(value).lower()
        if value is not None and not isinstance(value, str):
            raise bad_request(-1130, f"Data sent for parameter '{param.name}' is not valid.")
        if value == "":
            raise bad_request(-1105, f"Parameter '{param.name}' was empty.")
        if value is None and param.required:
            raise missing(param.name)
        if value is not None:
            check_form(param, value)
            values[param.name] = value
    return values
