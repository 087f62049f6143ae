"""The meaning of a code, by the family that answered."""

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusals.meaning import meaning_of, told
from tests.core.diagnosis.checks import request


def test_the_family_decides() -> None:
    spot = meaning_of(ParsedRequest(request("GET /sapi/v1/x", code=-4004)))
    assert spot is not None
    assert told(spot).startswith("-4004 CAPITAL_UA: ")
    assert meaning_of(ParsedRequest(request("GET /fapi/v1/x", code=-4004))) is None
    assert meaning_of(ParsedRequest(request("GET /fapi/v1/x"))) is None
