"""The list of refusals: each has a page, and codes lead to rules."""

from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusals import REFUSALS, refusal_of, rules_by_code
from tests.core.diagnosis.checks import NOW, signed


def test_each_refusal_says_what_to_do() -> None:
    for one in REFUSALS:
        assert one.about.says, one.about.rule
        assert one.about.remedy, one.about.rule
        assert one.codes or one.alone, one.about.rule


def test_codes_lead_to_rules() -> None:
    assert "filter-lot-size" in rules_by_code()[-1013]
    assert rules_by_code()[-4061] == ("futures-position-side",)


def test_what_was_not_refused_has_none() -> None:
    for answered in (
        signed(f"GET /api/v3/account?timestamp={NOW}"),
        signed("GET /api/v3/account", status=200),
    ):
        assert refusal_of(ParsedRequest(answered)) is None
