"""Bounded memory."""

from addons.doctor.memory import Neighbours, Shelf
from proxy.core.diagnosis.examination.observation import Neighbour


def seen(at_ms: int) -> Neighbour:
    return Neighbour("GET", "/api/v3/account", 200, None, at_ms)


def test_neighbours_are_those_of_the_same_key_oldest_first() -> None:
    neighbours = Neighbours()
    neighbours.add(b"a", seen(1))
    neighbours.add(b"b", seen(2))
    neighbours.add(b"a", seen(3))
    assert [flow.at_ms for flow in neighbours.of(b"a")] == [1, 3]


def test_requests_without_a_key_have_no_neighbours() -> None:
    neighbours = Neighbours()
    neighbours.add(None, seen(1))
    neighbours.add(b"", seen(2))
    assert neighbours.of(None) == neighbours.of(b"") == ()


def test_flows_and_keys_are_bounded() -> None:
    neighbours = Neighbours()
    for i in range(1000):
        neighbours.add(b"a", seen(i))
    assert [flow.at_ms for flow in neighbours.of(b"a")] == list(range(800, 1000))
    for i in range(100):
        neighbours.add(b"k%d" % i, seen(i))
    assert neighbours.of(b"a") == ()
    assert neighbours.of(b"k99") != ()


def test_a_shelf_forgets_the_oldest() -> None:
    shelf: Shelf[str, int] = Shelf(2)
    for number, name in enumerate("abc"):
        shelf.put(name, number)
    assert (shelf.get("a"), shelf.get("b"), shelf.get("c"), len(shelf)) == (None, 1, 2, 2)


def test_putting_again_makes_it_the_newest() -> None:
    shelf: Shelf[str, int] = Shelf(2)
    shelf.put("a", 1)
    shelf.put("b", 2)
    shelf.put("a", 3)
    shelf.put("c", 4)
    assert (shelf.get("a"), shelf.get("b")) == (3, None)


def test_taking_forgets() -> None:
    shelf: Shelf[str, int] = Shelf(2)
    shelf.put("a", 1)
    assert shelf.take("a") == 1
    assert shelf.take("a") is None
