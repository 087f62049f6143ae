"""`/sapi/v1/c2c`. POST takes a JSON body; what is signed is the query alone."""

from collections.abc import Callable

from proxy.sandbox.c2c import answers
from proxy.sandbox.call import Call
from proxy.sandbox.endpoint import Endpoint, Security, params

_PREFIX = "/sapi/v1/c2c/"


def _get(path: str, answer: Callable[[Call], object], names: str = "") -> Endpoint:
    return Endpoint("GET", _PREFIX + path, Security.SIGNED, answer, params(names), permission="c2c")


def _post(path: str, answer: Callable[[Call], object], names: str = "") -> Endpoint:
    """`names` are fields that stand in the query although the call is a POST."""
    signed = Security.SIGNED
    return Endpoint("POST", _PREFIX + path, signed, answer, params(names), permission="c2c", json_body=True)


ENDPOINTS = (_post("ads/search", answers.search),)
