"""Pages of rules: complete, plain, and the file made of them up to date."""

import subprocess
import sys
from pathlib import Path

import pytest

from proxy.core.diagnosis.examination import rules

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("name", rules.names())
def test_every_page_says_what_why_how_to_see_it_and_what_to_do(name: str) -> None:
    page = rules.texts()[name]
    assert page.says.endswith(".")
    assert len(page.says) <= 160
    assert len(page.why) > 20
    assert len(page.see) > 8
    assert len(page.remedy) > 10
    assert rules.page(name).startswith(f"### {name}\n")


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rules.page("no-such-rule")


def test_the_mistakes_page_is_what_the_rules_say() -> None:
    script = ROOT / "scripts" / "build_mistakes_page.py"
    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("scope-text-cut", "departure"),
        ("enc-html-ampersand-signed", "departure"),
        ("ts-seconds", "symptom"),
        ("limit-403-waf", "verdict"),
        ("perm-restricted-location", "verdict"),
    ],
)
def test_the_kind_of_a_rule(name: str, kind: str) -> None:
    assert name in rules.names()
    assert rules.kind(name) == kind
