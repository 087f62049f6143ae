"""Which lost order a new one repeats; and, over random interleavings, that nothing is placed twice."""

from dataclasses import dataclass

from hypothesis import given, strategies as st

from proxy.core.repeats import Book, Fate, OrderKey

KEY: OrderKey = ("", "main", "production", "POST /api/v3/order", b"mark")
OTHER: OrderKey = ("", "main", "production", "POST /api/v3/order", b"other")


@dataclass(eq=False)
class Sent:
    """An order, as a test needs it."""

    since: float = 0.0
    key: OrderKey = KEY
    fate: Fate = Fate.EXECUTED
    lost: bool = True
    repeats: int = 0


def book(*orders: Sent, most: int = 100) -> Book[Sent]:
    made: Book[Sent] = Book(most)
    for order in orders:
        made.add(order, order.since)
    return made


def test_only_what_is_equal_lost_and_of_this_minute_is_repeated() -> None:
    lost = Sent()
    made = book(Sent(lost=False), lost, Sent(key=OTHER))
    assert made.repeated_by(KEY, 59.999) is lost
    assert made.repeated_by(KEY, 60.0) is None
    assert made.repeated_by((*KEY[:1], "spare", *KEY[2:]), 1.0) is None
    made.remove(lost)
    made.remove(lost)
    assert made.repeated_by(KEY, 1.0) is None


def test_of_several_the_one_with_the_fewest_repeats_and_then_the_oldest() -> None:
    first, second = Sent(), Sent(since=1.0)
    made = book(first, second)
    assert made.repeated_by(KEY, 2.0) is first
    first.repeats += 1
    assert made.repeated_by(KEY, 2.0) is second
    second.repeats += 1
    assert made.repeated_by(KEY, 2.0) is first


def test_an_order_that_was_taken_may_turn_out_to_be_lost() -> None:
    order = Sent(lost=False)
    made = book(order)
    assert made.repeated_by(KEY, 1.0) is None
    order.lost = True
    assert made.repeated_by(KEY, 1.0) is order


def test_full_it_forgets_the_oldest_and_what_is_over_is_not_counted() -> None:
    made = book(*(Sent(since=float(n)) for n in range(5)), most=3)
    assert (len(made), made.forgotten) == (3, 2)
    assert made.repeated_by(KEY, 5.0) is not None
    made.add(Sent(since=100.0), 100.0)
    assert (len(made), made.forgotten) == (1, 2)


@dataclass(eq=False)
class Want:
    """An order that a client wants, once. It sends it again until it knows what came of it."""

    sent: Sent | None = None  # the last sending that left the gateway
    end: str = ""  # placed | known | rejected


class World:
    """Clients that want equal orders at once, the guard, and an exchange that answers when it likes, or never.

    A sending goes through these states: with the exchange; executed or not; and its client there or gone.
    """

    def __init__(self, wants: int) -> None:
        self.book: Book[Sent] = Book(100)
        self.wants = [Want() for _ in range(wants)]
        self.executed = 0
        for want in self.wants:  # side by side: nobody has hung up yet
            self.send(want)

    def send(self, want: Want) -> None:
        want.sent = Sent(fate=Fate.UNDER_WAY, lost=False)
        self.book.add(want.sent, 0.0)

    def settle(self, want: Want, *, executed: bool, told: bool) -> None:
        """The exchange carries out what a client waits for, or does not; the gateway hears of it, or looks it up
        later."""
        assert want.sent is not None
        self.executed += executed
        effect = Fate.EXECUTED if executed else Fate.NOTHING
        if told and not want.sent.lost:
            want.end = "placed" if executed else "rejected"
        want.sent.fate = effect

    def hang_up(self, want: Want) -> None:
        assert want.sent is not None
        want.sent.lost = True

    def repeat(self, want: Want, *, told: bool) -> None:
        """Its client sends it again; a refusal reaches it, or is lost like an answer."""
        first = self.book.repeated_by(KEY, 1.0)
        if first is None:
            self.send(want)
        elif first.fate is Fate.NOTHING:
            self.book.remove(first)
            self.send(want)
        elif first.fate is Fate.EXECUTED:
            first.repeats += 1
            if told:
                want.end = "known"
        # else it waits, until its client tries again


@given(st.integers(1, 4), st.data())
def test_as_many_are_placed_as_were_wanted(wants: int, data: st.DataObject) -> None:
    def heads() -> bool:
        return bool(data.draw(st.booleans()))

    world = World(wants)
    under_way: list[Sent] = []  # whose clients have gone
    for _ in range(60):
        open_wants = [want for want in world.wants if not want.end]
        if not open_wants:
            break
        want = data.draw(st.sampled_from(open_wants))
        assert want.sent is not None
        if not want.sent.lost:
            if heads():
                world.hang_up(want)
                if want.sent.fate is Fate.UNDER_WAY:
                    under_way.append(want.sent)
            elif want.sent.fate is Fate.UNDER_WAY:
                world.settle(want, executed=heads(), told=heads())
        elif under_way and heads():
            late = under_way.pop(data.draw(st.integers(0, len(under_way) - 1)))
            executed = heads()
            world.executed += executed
            late.fate = Fate.EXECUTED if executed else Fate.NOTHING
        else:
            world.repeat(want, told=heads())
        assert world.executed <= wants
    if all(want.end for want in world.wants):
        assert world.executed == sum(want.end in ("placed", "known") for want in world.wants)
