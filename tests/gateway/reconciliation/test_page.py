"""docs/outcomes.md names every reason, state and setting of the code, and its bounds."""

import re
from pathlib import Path

from msgspec.structs import fields

from proxy.core.order_lookup import REASONS, State
from proxy.core.settings import OrderSettings
from proxy.gateway.reconciliation.schedule import MOST_LOOKS

PAGE = (Path(__file__).parents[3] / "docs" / "outcomes.md").read_text()


def test_words() -> None:
    for word in (*REASONS, *(state.value for state in State if state is not State.PENDING)):
        assert f"`{word}`" in PAGE, word


def test_settings() -> None:
    for setting in fields(OrderSettings):
        assert setting.name in PAGE
    assert f"{OrderSettings().outcome_wait_seconds:.0f} s: long enough" in PAGE
    assert OrderSettings().add_client_order_id is False


def test_bounds() -> None:
    assert f"at most {MOST_LOOKS} looks" in PAGE
    assert set(re.findall(r"more than (\d+) answers|last (\d+) unknown", PAGE)) == {("64", ""), ("", "500")}
