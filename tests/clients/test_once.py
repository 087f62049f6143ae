"""Coins are released once: over restarts, among gateways, whatever is killed; and the file names no order."""

from pathlib import Path

import pytest

from proxy.clients.once import KEPT_MS
from proxy.core.errors import RefusedError
from tests.clients.ledgers import NOON, file_at, kill, living, once_at, start

RELEASE, PAID = "POST /sapi/v1/c2c/orderMatch/releaseCoin", "POST /sapi/v1/c2c/orderMatch/markOrderAsPaid"
ORDER = "22693710248765432100"


def test_the_first_wins_and_after_a_restart_too(tmp_path: Path) -> None:
    first = once_at(tmp_path)
    assert first.claim(RELEASE, "main", ORDER, "one", NOON)
    assert not first.claim(RELEASE, "main", ORDER, "two", NOON)
    first.file.mark_sent("one")
    first.file.close()
    assert not once_at(tmp_path).claim(RELEASE, "main", ORDER, "three", NOON)


def test_another_order_exchange_or_step_is_another_thing(tmp_path: Path) -> None:
    once = once_at(tmp_path)
    assert once.claim(RELEASE, "main", ORDER, "one", NOON)
    assert once.claim(RELEASE, "main", ORDER[:-1] + "1", "two", NOON)
    assert once.claim(RELEASE, "other", ORDER, "three", NOON)
    assert once.claim(PAID, "main", ORDER, "four", NOON)
    assert once.claim(RELEASE + "1", "main", ORDER[1:], "five", NOON)


def test_what_certainly_did_nothing_may_be_tried_again(tmp_path: Path) -> None:
    once = once_at(tmp_path)
    assert once.claim(RELEASE, "main", ORDER, "one", NOON)
    once.file.mark_sent("one")  # and Binance said no
    once.release("two")  # the claim is not of this request
    assert not once.claim(RELEASE, "main", ORDER, "two", NOON)
    once.release("one")
    assert once.claim(RELEASE, "main", ORDER, "three", NOON)
    once.release("one")
    assert not once.claim(RELEASE, "main", ORDER, "four", NOON)


def test_ninety_days_later_it_is_forgotten(tmp_path: Path) -> None:
    once = once_at(tmp_path)
    assert once.claim(RELEASE, "main", ORDER, "one", NOON)
    assert not once.claim(RELEASE, "main", ORDER, "two", NOON + KEPT_MS - 1)
    assert once.claim(RELEASE, "main", ORDER, "three", NOON + KEPT_MS)
    assert KEPT_MS == 90 * 24 * 60 * 60 * 1000


@pytest.mark.parametrize("same", ["0" + ORDER, "000" + ORDER])
def test_leading_zeros_make_no_other_order(same: str, tmp_path: Path) -> None:
    once = once_at(tmp_path)
    assert once.claim(RELEASE, "main", ORDER, "one", NOON)
    assert not once.claim(RELEASE, "main", same, "two", NOON)


def test_zero_is_a_number(tmp_path: Path) -> None:
    once = once_at(tmp_path)
    assert once.claim(RELEASE, "main", "0", "one", NOON)
    assert not once.claim(RELEASE, "main", "000", "two", NOON)


@pytest.mark.parametrize(
    "number",
    [
        "",
        " ",
        f" {ORDER}",
        f"{ORDER} ",
        f"{ORDER}\n",
        f"+{ORDER}",
        "1e3",
        "12.0",
        "٣٤٥",
        "1" * 65,
        "x",
        "1,2",
    ],
)
def test_what_is_no_plain_number_is_refused(number: str, tmp_path: Path) -> None:
    once = once_at(tmp_path)
    with pytest.raises(RefusedError) as caught:
        once.claim(RELEASE, "main", number, "one", NOON)
    assert (caught.value.refusal.status, caught.value.refusal.token) == (403, "limit_exceeded")


def test_no_file_has_the_number(tmp_path: Path) -> None:
    once = once_at(tmp_path)
    assert once.claim(RELEASE, "main", ORDER, "one", NOON)
    with once.file.change() as connection:
        (mark,) = connection.execute("SELECT mark FROM once").fetchone()
    assert len(mark) == 32
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"one" in content
    assert ORDER.encode() not in content
    assert int(ORDER).to_bytes(9, "big") not in content


def test_two_files_have_different_marks_for_one_order(tmp_path: Path) -> None:
    marks = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        once = once_at(tmp_path / name)
        assert once.claim(RELEASE, "main", ORDER, "one", NOON)
        with once.file.change() as connection:
            marks |= set(connection.execute("SELECT mark FROM once").fetchall())
    assert len(marks) == 2


def test_of_parallel_claims_one_wins(tmp_path: Path) -> None:
    script = """
        once, won = once_at(directory), 0
        for number in range(50):
            name = f"{os.getpid()}-{number}"
            if once.claim("releaseCoin", "main", str(number), name, NOON):
                once.file.mark_sent(name)
                won += 1
        print(won)
    """
    children = [start(tmp_path, script) for _ in range(4)]
    won = [int(child.communicate(timeout=60)[0]) for child in children]
    assert sum(won) == 50


CLAIMED_TWO = """
    once = once_at(directory)
    assert once.claim("releaseCoin", "main", "1", "not sent", NOON)
    assert once.claim("releaseCoin", "main", "2", "sent", NOON)
    once.file.mark_sent("sent")
    ready_and_wait()
"""


@pytest.mark.parametrize("restarted", [True, False])
def test_of_a_killed_gateway_what_was_not_sent_may_be_tried_and_nothing_else(
    restarted: bool, tmp_path: Path
) -> None:
    once = once_at(tmp_path)
    with living(tmp_path, CLAIMED_TWO):
        assert not once.claim("releaseCoin", "main", "1", "a", NOON)
    if restarted:
        once = once_at(tmp_path)
    assert once.claim("releaseCoin", "main", "1", "b", NOON)
    assert not once.claim("releaseCoin", "main", "2", "c", NOON)
    assert not once_at(tmp_path).claim("releaseCoin", "main", "2", "d", NOON)


def test_while_the_file_cannot_be_written_nothing_is_sent_and_nothing_released(tmp_path: Path) -> None:
    once = once_at(tmp_path)
    assert once.claim(RELEASE, "main", ORDER, "one", NOON)
    locks = """
        connection = file_at(directory)._connection
        connection.execute("BEGIN IMMEDIATE")
        ready_and_wait()
    """
    with living(tmp_path, locks) as child:
        with pytest.raises(RefusedError, match="cannot be kept"):
            once.claim(RELEASE, "main", "1", "two", NOON)
        once.release("one")
        kill(child)
    assert once.file.failures == 2
    assert not once.claim(RELEASE, "main", ORDER, "three", NOON)
    assert file_at(tmp_path).failures == 0
