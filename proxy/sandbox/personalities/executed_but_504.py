"""Orders are carried out, and their caller reads a 504: what became of them has to be looked up."""

import sys

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.faults import Fault
from proxy.sandbox.personalities.base import Given, Personality

_PAGE = (
    b"<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway Time-out</h1></body></html>"
)


def _put_on(sandbox: Sandbox, given: Given) -> None:
    sandbox.faults.add(
        Fault(
            given.path("path"),
            "POST",
            times=given.whole("times", least=1) if given.texts["times"] != "all" else sys.maxsize,
            status=504,
            body=_PAGE,
            headers={"Content-Type": "text/html"},
            executed=True,
        )
    )


PERSONALITY = Personality(
    "executed-but-504",
    "POSTs on this path are carried out and answered 504; times: the first so many, or all",
    _put_on,
    {"path": "/api/v3/order", "times": "all"},
)
