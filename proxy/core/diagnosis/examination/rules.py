"""All rules by name, and what each says about itself."""

from functools import cache
from typing import Final

from proxy.core.diagnosis.examination.all_symptoms import SYMPTOMS
from proxy.core.diagnosis.examination.all_verdicts import VERDICTS
from proxy.core.diagnosis.examination.rule_text import RuleText, render
from proxy.core.diagnosis.search.all_departures import DEPARTURES

KINDS: Final = ("departure", "symptom", "verdict")


@cache
def texts() -> dict[str, RuleText]:
    """Every text by rule name: departures, symptoms, then the findings of verdicts.

    A mistake that can be recomputed in some forms and only seen in others has a departure and a symptom of
    one name; the departure's text speaks for both.
    """
    found: dict[str, RuleText] = {}
    for text in (
        *(rule.about for rule in DEPARTURES),
        *(symptom.about for symptom in SYMPTOMS),
        *(text for verdict in VERDICTS for text in verdict.about),
    ):
        found.setdefault(text.rule, text)
    return found


def names() -> tuple[str, ...]:
    """All rule names, in alphabetical order."""
    return tuple(sorted(texts()))


def page(name: str) -> str:
    """The page of a rule as Markdown. Raises KeyError for a name that is not in `names()`."""
    return render(texts()[name])


def kind(name: str) -> str:
    """departure (recomputed), symptom (seen) or verdict (concluded from the answer)."""
    if any(rule.name == name for rule in DEPARTURES):
        return KINDS[0]
    return KINDS[1] if any(symptom.name == name for symptom in SYMPTOMS) else KINDS[2]
