"""The list of refusals: each has a page, and codes lead to rules."""

from proxy.core.diagnosis.refusals import REFUSALS, rules_by_code


def test_each_refusal_says_what_to_do() -> None:
    for one in REFUSALS:
        assert one.about.says, one.about.rule
        assert one.about.remedy, one.about.rule
        assert one.codes or one.alone, one.about.rule


def test_codes_lead_to_rules() -> None:
    assert "filter-lot-size" in rules_by_code()[-1013]
    assert rules_by_code()[-4061] == ("futures-position-side",)
