"""`policy usage`: what was used today, what is left, and when the day ends."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from proxy.clients.day_ledger import DayLedger, Share
from proxy.clients.policy_file import FILE, PolicyFile
from proxy.config.load import Overrides, load_settings
from proxy.core.guard import Policy
from proxy.runtime.clock import LocalClock
from tests.cli.conftest import Run
from tests.clients.ledgers import DAY, NOON, at

TODAY, TOMORROW = "2024-10-04", "2024-10-05"
GONE = " (no line of this configuration)"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DayLedger]:
    """Of a gateway that runs, at noon of a day."""
    monkeypatch.setattr(LocalClock, "unix_ms", lambda _self: NOON)
    (tmp_path / "j").mkdir()
    file = PolicyFile(tmp_path / "j")
    yield DayLedger(file)
    file.close()


def take(
    ledger: DayLedger, client: str, alternatives: tuple[tuple[Share, ...], ...], now_ms: int = NOON
) -> None:
    assert ledger.take(client, f"{client}-{now_ms}-{alternatives[0][0].measure}", alternatives, now_ms)


def test_what_was_used_and_what_is_left_is_told_by_client_and_line(
    run: Run, ledger: DayLedger, tmp_path: Path
) -> None:
    take(ledger, "grid-bot", at("3.50", "10", line="spot, BTCUSDT"))
    take(ledger, "grid-bot", at("1234.000000000000000001", "50000", "quote", line="spot, BTCUSDT"))
    take(ledger, "", at("1E+2", "500"))
    take(ledger, "grid-bot", at("7", "10", line="spot, BTCUSDT"), NOON - DAY)
    said = run("policy", "usage", "--journal", str(tmp_path / "j"))
    assert said.code == 0
    assert said.out.splitlines() == [
        f"{TODAY}, until {TOMORROW} 00:00 UTC",
        f"  without a client: quantity of line{GONE}",
        "    quantity   100 of 500 used, 400 left",
        f"  client grid-bot: quantity of spot, BTCUSDT{GONE}",
        "    quantity   3.5 of 10 used, 6.5 left",
        "    quote      1234.000000000000000001 of 50000 used, 48765.999999999999999999 left",
    ]


def test_one_client_and_the_days_before(run: Run, ledger: DayLedger, tmp_path: Path) -> None:
    take(ledger, "bot", at("1"))
    take(ledger, "other", at("2"))
    take(ledger, "bot", at("3"), NOON - DAY)
    said = run("policy", "usage", "--client", "bot", "--all", "--journal", str(tmp_path / "j")).out
    assert [line for line in said.splitlines() if not line.startswith(" ")] == [
        f"{TODAY}, until {TOMORROW} 00:00 UTC",
        f"2024-10-03, until {TODAY} 00:00 UTC",
    ]
    assert "other" not in said


def test_the_same_for_machines(run: Run, ledger: DayLedger, tmp_path: Path) -> None:
    take(ledger, "", at("3.50", "3.5"))
    said = json.loads(run("policy", "usage", "--json", "--journal", str(tmp_path / "j")).out)
    assert said == {
        "today": TODAY,
        "used": [
            {
                "day": TODAY,
                "ends": f"{TOMORROW}T00:00:00Z",
                "client": None,
                "line": "line",
                "text": f"quantity of line{GONE}",
                "measure": "quantity",
                "used": "3.5",
                "most": "3.5",
                "left": "0",
            }
        ],
    }


def test_below_nothing_nothing_is_left_and_an_unknown_maximum_is_said_to_be(
    run: Run, ledger: DayLedger, tmp_path: Path
) -> None:
    take(ledger, "bot", at("5"))
    with ledger.file.change() as connection:
        connection.execute("UPDATE bound SET most='4'")
    asked = ("policy", "usage", "--journal", str(tmp_path / "j"))
    assert "5 of 4 used, 0 left" in run(*asked).out
    with ledger.file.change() as connection:
        connection.execute("DELETE FROM bound")
    assert run(*asked).out.splitlines()[1:] == [f"  client bot: line{GONE}", "    quantity   5 used"]
    (one,) = json.loads(run(*asked, "--json").out)["used"]
    assert (one["used"], one["most"], one["left"]) == ("5", None, None)


def test_where_nothing_was_counted_that_is_said_and_nothing_made(run: Run, tmp_path: Path) -> None:
    directory = tmp_path / "none"
    said = run("policy", "usage", "--journal", str(directory))
    assert (said.code, said.out.startswith("nothing was counted yet today")) == (0, True)
    assert json.loads(run("policy", "usage", "--json", "--journal", str(directory)).out)["used"] == []
    assert not directory.exists()


def test_a_client_of_whom_nothing_was_counted(run: Run, ledger: DayLedger, tmp_path: Path) -> None:
    take(ledger, "bot", at("5"))
    said = run("policy", "usage", "--client", "nobody", "--all", "--journal", str(tmp_path / "j")).out
    assert said.startswith("nothing was counted yet of client nobody")


def test_a_file_that_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database, and long enough to be looked at " * 20)
    said = run("policy", "usage", "--journal", str(tmp_path))
    assert said.code == 3
    assert FILE in said.err


def test_lines_of_the_configuration_are_told_with_its_maxima_used_or_not(
    run: Run, ledger: DayLedger, tmp_path: Path
) -> None:
    """What counts is the maximum of now, not the one when it was last counted."""
    config = tmp_path / "c.yaml"
    config.write_text(
        "policy:\n  limits:\n"
        "    - {applies_to: spot, symbols: [BTCUSDT], max_quote_per_day: 1500, max_quantity_per_day: 7}\n"
    )
    (line,) = Policy.of(load_settings(Overrides(config=str(config)), {}).settings.policy).limits
    take(ledger, "", ((Share(line.key, "quote", Decimal(1980), Decimal(2000), line.text),),))
    said = run("policy", "usage", "--config", str(config), "--journal", str(tmp_path / "j")).out
    assert said.splitlines()[1:] == [
        "  without a client: spot; symbols BTCUSDT",
        "    quantity   0 of 7 used, 7 left",
        "    quote      1980 of 1500 used, 0 left",
    ]
