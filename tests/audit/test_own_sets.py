"""Sets of one's own in YAML: the example of the page, and what is wrong with other files."""

import re
from pathlib import Path

import pytest

from proxy.audit.own_sets import own_set
from proxy.core.errors import ConfigError, GatewayError, UsageError
from tests.support.children import ROOT


def written(folder: Path, text: str) -> Path:
    path = folder / "set.yaml"
    path.write_text(text)
    return path


def test_the_example_of_the_page(tmp_path: Path) -> None:
    page = (ROOT / "docs/audit.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    found = own_set(written(tmp_path, example))
    assert found.name == "my-ads"
    assert [len(group.calls) for group in found.groups] == [2, 1]
    assert found.sections[0].controls == ("GET /api/v3/account", "GET /sapi/v1/account/apiRestrictions")
    assert found.sections[1].controls == ("GET /sapi/v1/account/status",)


GROUP = "groups:\n  - name: a\n    calls: [GET /api/v3/openOrders]\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no settings"),
        ("- a", "not a list"),
        ("name: x\n", "groups"),
        (f"name: c2c\n{GROUP}", "none of c2c"),
        (f"name: Has Blanks\n{GROUP}", "small letters"),
        (f"name: x\nmore: 1\n{GROUP}", "unknown field"),
        ("name: x\ngroups: []\n", "length >= 1"),
        ("name: x\ngroups: [{calls: []}]\n", "length >= 1"),
        ("name: x\ngroups: [{calls: [1]}]\n", "Expected `str`"),
    ],
)
def test_a_file_that_is_none(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(why)) as raised:
        own_set(written(tmp_path, text))
    assert raised.value.hint


@pytest.mark.parametrize(
    ("calls", "why"),
    [
        ("[GET /api/v3/openOrders, 'GET /api/v3/openOrders?symbol=BTCUSDT']", "stands twice"),
        ("[GET /api/v3/account]", "stands twice"),  # the control that comes by itself
        ("[POST /api/v3/order]", "is no read"),
        ("[whatever]", "METHOD /path"),
    ],
)
def test_calls_that_cannot_be_asked(calls: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why):
        own_set(written(tmp_path, f"name: x\ngroups: [{{calls: {calls}}}]\n"))


def test_a_set_has_bounds(tmp_path: Path) -> None:
    many = ", ".join(["GET /sapi/v1/c2c/ads/getAds"] * 61)
    with pytest.raises(UsageError, match="at most 60 calls"):
        own_set(written(tmp_path, f"name: x\ngroups: [{{calls: [{many}]}}]\n"))


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ConfigError) as raised:
            own_set(path)
        assert "--set" in raised.value.hint


def test_no_message_repeats_a_value_of_the_file(tmp_path: Path) -> None:
    secret = "S3cr3t" * 10
    for text in (
        f"name: x\n{secret}: 1\n{GROUP}",
        f"name: {secret}\n{GROUP}",
        f"name: x\ngroups: {secret}\n",
    ):
        with pytest.raises(GatewayError) as raised:
            own_set(written(tmp_path, text))
        assert secret not in f"{raised.value.message} {raised.value.hint}"
