"""So many a second, a few more at once."""

from proxy.terminal.gate import Gate


def passed(gate: Gate, asked: int) -> int:
    return sum(gate.passes() for _ in range(asked))


def test_at_once_then_by_the_second() -> None:
    gate = Gate(10, 20)
    gate.refill(0.0)
    assert passed(gate, 20) == 20
    gate.refill(0.05)
    assert passed(gate, 1) == 0, "half a place"
    gate.refill(0.10)
    assert passed(gate, 3) == 1
    gate.refill(1.10)
    assert passed(gate, 40) == 10
    gate.refill(1000.0)
    assert passed(gate, 50) == 20, "never more at once"


def test_of_a_crowd_a_sample() -> None:
    gate = Gate(100, 20)
    gate.refill(0.0)
    assert passed(gate, 20) == 20
    shown = 0
    for tenth in range(1, 11):
        gate.refill(tenth / 10)
        shown += passed(gate, 200)
    assert 25 <= shown <= 35
    for tenth in range(11, 21):
        gate.refill(tenth / 10)
        shown += passed(gate, 30)
    assert 110 <= shown <= 135, "three times as many is no crowd"


def test_without_a_refill_no_more_pass() -> None:
    gate = Gate(10, 20)
    assert passed(gate, 1000) == 20
    assert passed(gate, 1000) == 0


def test_it_is_full_when_a_refill_would_change_nothing() -> None:
    gate = Gate(10, 20)
    gate.refill(0.0)
    states = [gate.full]
    assert passed(gate, 10) == 10
    states.append(gate.full)
    for second in (0.5, 1.0):
        gate.refill(second)
        states.append(gate.full)
    assert states == [True, False, False, True]
