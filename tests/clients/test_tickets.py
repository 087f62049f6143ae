"""Tickets: one approval is used once, by whatever gateway comes first, and never again."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.clients.tickets import (
    FILE,
    LIFE_MS,
    MOST,
    MOST_OF_ONE_CLIENT,
    Shown,
    State,
    Ticket,
    Tickets,
    TicketsUnavailableError,
    TooManyError,
    new_id,
)
from proxy.core.errors import ConfigError
from proxy.core.guard.confirm import DescribedValue

VALUES = (
    DescribedValue("address", "address", "TXmyOwnAddress", decides=True),
    DescribedValue("code_2fa", "code", "********", decides=True),
)
NOW = 1_795_262_400_000
REQUEST = (b"bot", b"coin=BTC&amount=1")


def shown(client: str = "bot") -> Shown:
    return Shown(
        "money_out", "POST /sapi/v1/capital/withdraw/apply", client, "main", "production", "x", VALUES
    )


@pytest.fixture
def tickets(tmp_path: Path) -> Iterator[Tickets]:
    made = Tickets(tmp_path)
    yield made
    made.close()


def asked(tickets: Tickets, request: tuple[bytes, ...] = REQUEST, now_ms: int = NOW) -> Ticket:
    return tickets.ask(request, shown(), now_ms)[0]


def approved(tickets: Tickets, ticket: Ticket, now_ms: int = NOW) -> bool:
    decided = tickets.decide(ticket.id, approved=True, now_ms=now_ms)
    assert decided is not None
    return decided[1]


def test_an_id_can_be_typed_and_not_guessed() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 8 and set(one) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for one in ids)


def test_asking_again_is_the_same_ticket_until_it_is_approved_and_then_used_once(tickets: Tickets) -> None:
    first, is_new = tickets.ask(REQUEST, shown(), NOW)
    assert (first.state, is_new, first.shown, first.until_ms) == (State.WAITING, True, shown(), NOW + LIFE_MS)
    assert tickets.ask(REQUEST, shown(), NOW + 1) == (first, False)
    assert approved(tickets, first, NOW + 2)
    assert asked(tickets, now_ms=NOW + 3).state is State.USED
    again, is_new = tickets.ask(REQUEST, shown(), NOW + 4)
    assert (again.state, is_new) == (State.WAITING, True)
    assert again.id != first.id


@pytest.mark.parametrize(
    "other",
    [
        (b"bot", b"coin=BTC&amount=2"),
        (b"bo", b"tcoin=BTC&amount=1"),
        (b"bot", b"coin=BTC", b"&amount=1"),
        (b"bot",),
    ],
)
def test_another_request_is_another_ticket(tickets: Tickets, other: tuple[bytes, ...]) -> None:
    first = asked(tickets)
    assert approved(tickets, first)
    assert asked(tickets, other).state is State.WAITING
    assert asked(tickets).state is State.USED


def test_two_gateways_share_them_and_a_restart_forgets_none(tickets: Tickets, tmp_path: Path) -> None:
    first = asked(tickets)
    other = Tickets(tmp_path)
    assert asked(other) == first
    assert approved(other, first)
    tickets.close()
    assert asked(tickets).state is State.USED
    assert asked(other).state is State.WAITING
    other.close()


def test_a_ticket_that_nobody_approves_in_time_has_expired(tickets: Tickets) -> None:
    first = asked(tickets)
    assert [one.id for one in tickets.living(NOW + LIFE_MS - 1)] == [first.id]
    assert tickets.living(NOW + LIFE_MS) == []
    assert not approved(tickets, first, NOW + LIFE_MS)
    found = tickets.find(first.id, NOW + LIFE_MS)
    assert found is not None
    assert found.state is State.EXPIRED
    assert asked(tickets, now_ms=NOW + LIFE_MS).id != first.id


def test_an_approval_that_is_not_used_in_time_has_expired(tickets: Tickets) -> None:
    first = asked(tickets)
    late = NOW + LIFE_MS - 1
    assert approved(tickets, first, late)
    assert not approved(tickets, first, late)
    assert [one.state for one in tickets.living(late + LIFE_MS - 1)] == [State.APPROVED]
    assert asked(tickets, now_ms=late + LIFE_MS).state is State.WAITING


def test_a_refusal_holds_for_ten_minutes(tickets: Tickets) -> None:
    first = asked(tickets)
    decided = tickets.decide(first.id, approved=False, now_ms=NOW)
    assert decided is not None
    assert (decided[0].state, decided[1]) == (State.REFUSED, True)
    assert not approved(tickets, first)
    assert asked(tickets, now_ms=NOW + LIFE_MS - 1).state is State.REFUSED
    assert asked(tickets, now_ms=NOW + LIFE_MS).state is State.WAITING


def test_an_approval_can_be_taken_back_until_it_is_used(tickets: Tickets) -> None:
    first = asked(tickets)
    assert approved(tickets, first)
    decided = tickets.decide(first.id, approved=False, now_ms=NOW)
    assert decided is not None
    assert decided[1]
    assert asked(tickets).state is State.REFUSED
    other = asked(tickets, (b"other",))
    assert approved(tickets, other)
    assert asked(tickets, (b"other",)).state is State.USED
    decided = tickets.decide(other.id, approved=False, now_ms=NOW)
    assert decided is not None
    assert (decided[0].state, decided[1]) == (State.USED, False)


def test_an_id_that_nobody_has(tickets: Tickets) -> None:
    assert tickets.find("AAAAAAAA", NOW) is None
    assert tickets.decide("AAAAAAAA", approved=True, now_ms=NOW) is None


def test_only_so_many_wait_of_one_client_and_in_all(tickets: Tickets) -> None:
    for number in range(MOST):
        tickets.ask((b"%d" % number,), shown(f"bot-{number // MOST_OF_ONE_CLIENT}"), NOW)
        if number == MOST_OF_ONE_CLIENT - 1:
            with pytest.raises(TooManyError):
                tickets.ask((b"one more",), shown("bot-0"), NOW)
    with pytest.raises(TooManyError):
        tickets.ask((b"one more",), shown("somebody"), NOW)
    assert asked(tickets, (b"0",)).state is State.WAITING  # one that waits already is told its id
    assert approved(tickets, asked(tickets, (b"0",)))
    assert tickets.ask((b"one more",), shown("somebody"), NOW)[1]


def test_what_ended_is_kept_for_ten_minutes_and_then_removed(tickets: Tickets, tmp_path: Path) -> None:
    first = asked(tickets)
    asked(tickets, (b"other",), NOW + 2 * LIFE_MS - 1)
    assert tickets.find(first.id, NOW + 2 * LIFE_MS - 1) is not None
    asked(tickets, (b"other",), NOW + 2 * LIFE_MS)
    assert tickets.find(first.id, NOW + 2 * LIFE_MS) is None


def test_the_file_is_private_made_late_and_holds_no_request(tickets: Tickets, tmp_path: Path) -> None:
    assert not Tickets(tmp_path).exists
    tickets.ask((b"bot", b"amount=1&code=987654"), shown(), NOW)
    assert tickets.exists
    assert Tickets(tmp_path).exists
    files = list(tmp_path.glob(f"{FILE}*"))
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    octets = b"".join(file.read_bytes() for file in files)
    assert b"TXmyOwnAddress" in octets
    assert b"987654" not in octets
    assert b"amount=1" not in octets


def test_what_is_used_up_is_on_the_disk_before_anything_is_sent(tickets: Tickets) -> None:
    tickets.open()
    assert tickets._opened is not None
    assert tickets._opened.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_file_that_cannot_be_used_is_told_at_the_start_and_refuses_later(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no database, but long enough to be looked at " * 50)
    tickets = Tickets(tmp_path)
    with pytest.raises(ConfigError):
        tickets.open()
    with pytest.raises(TicketsUnavailableError):
        asked(tickets)


def test_a_file_that_another_keeps_locked_refuses_and_comes_back(tickets: Tickets, tmp_path: Path) -> None:
    first = asked(tickets)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TicketsUnavailableError):
        asked(tickets)
    with pytest.raises(ConfigError):
        Tickets(tmp_path).open()  # it would write the key
    other.execute("ROLLBACK")
    other.close()
    assert asked(tickets) == first


def test_a_file_that_was_moved_away_is_made_anew_for_all(tickets: Tickets, tmp_path: Path) -> None:
    first, other = asked(tickets), Tickets(tmp_path)
    assert asked(other) == first
    for file in tmp_path.glob(f"{FILE}*"):
        file.rename(tmp_path / f"old-{file.name}")
    anew = asked(tickets)
    assert anew.id != first.id
    assert asked(other) == anew
    other.close()


def test_gateways_that_ask_at_the_same_time_use_an_approval_once(tickets: Tickets, tmp_path: Path) -> None:
    """Eight processes, one approval."""
    assert approved(tickets, asked(tickets))
    tickets.close()
    begin, go = os.pipe()
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            code = 0
            try:
                os.close(go)
                os.read(begin, 1)
                code = int(asked(Tickets(tmp_path)).state is State.USED)
            finally:
                os._exit(code)
        children.append(child)
    os.close(begin)
    os.close(go)
    used = sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
    assert used == 1
