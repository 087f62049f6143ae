"""Settings that had another name."""

from pathlib import Path
from typing import Any

import pytest

from proxy.config.load import Overrides, load_settings
from proxy.config.renamed import take_old_names
from proxy.core.errors import ConfigError


@pytest.mark.parametrize("value", [True, False])
def test_an_old_name_is_understood_with_a_warning(value: bool) -> None:
    data: dict[str, Any] = {"policy": {"forwarded_writes": value, "read_only": True}}
    (warning,) = take_old_names(data)
    assert data == {"policy": {"forwarded": value, "read_only": True}}
    assert warning == "policy.forwarded_writes is called policy.forwarded now; rename it in the configuration"


@pytest.mark.parametrize(
    "data",
    [{}, {"policy": None}, {"policy": []}, {"policy": {"forwarded": True}}, {"forwarded_writes": True}],
)
def test_where_there_is_none_nothing_changes(data: dict[str, Any]) -> None:
    before = repr(data)
    assert take_old_names(data) == []
    assert repr(data) == before


def test_both_names_at_once_are_a_mistake_and_the_new_one_alone_is_none(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("policy:\n  forwarded_writes: true\n")
    loaded = load_settings(Overrides(config=str(file)), {})
    assert loaded.settings.policy.forwarded
    assert any("policy.forwarded now" in warning for warning in loaded.warnings)
    file.write_text("policy:\n  forwarded_writes: true\n  forwarded: false\n")
    with pytest.raises(ConfigError, match="forwarded_writes"):
        load_settings(Overrides(config=str(file)), {})
