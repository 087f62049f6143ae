"""Heads are known again by method, version and header lines, within a bound, and by one server only."""

import pytest

from proxy.server.heads import HeadMemory

LINES = ((b"Host", b"localhost"), (b"Accept", b"*/*"))


def test_the_same_head_has_the_same_fields_whatever_its_target() -> None:
    memory = HeadMemory()
    first = memory.read("GET", b"/api/v3/time", (1, 1), LINES)
    again = memory.read("GET", b"/api/v3/ping?x=1", (1, 1), LINES)
    assert again.fields is first.fields
    assert (again.target, again.path) == (b"/api/v3/ping?x=1", b"/api/v3/ping")


@pytest.mark.parametrize(
    ("method", "version", "lines"),
    [
        ("POST", (1, 1), LINES),
        ("GET", (1, 0), LINES),
        ("GET", (1, 1), (*LINES, (b"Origin", b"x"))),
        ("GET", (1, 1), LINES[::-1]),
        ("GET", (1, 1), ((b"host", b"localhost"), LINES[1])),
    ],
)
def test_another_head_has_fields_of_its_own(
    method: str, version: tuple[int, int], lines: tuple[tuple[bytes, bytes], ...]
) -> None:
    memory = HeadMemory()
    first = memory.read("GET", b"/a/b", (1, 1), LINES)
    other = memory.read(method, b"/a/b", version, lines)
    assert other.fields is not first.fields
    assert (other.method, other.version) == (method, version)


def test_servers_share_nothing() -> None:
    assert (
        HeadMemory().read("GET", b"/a/b", (1, 1), LINES).fields
        is not HeadMemory().read("GET", b"/a/b", (1, 1), LINES).fields
    )


@pytest.mark.parametrize(("octets", "kept"), [(2048, True), (2049, False)])
def test_large_heads_are_read_each_time(octets: int, kept: bool) -> None:
    memory, lines = HeadMemory(), ((b"Name", b"x" * (octets - 4)),)
    first = memory.read("GET", b"/a/b", (1, 1), lines)
    assert (memory.read("GET", b"/a/b", (1, 1), lines).fields is first.fields) == kept
    assert first.fields[b"name"] == [b"x" * (octets - 4)]


def test_no_more_than_256_are_kept() -> None:
    memory = HeadMemory()
    first = memory.read("GET", b"/a/b", (1, 1), LINES)
    for number in range(255):
        memory.read("GET", b"/a/b", (1, 1), ((b"N", b"%d" % number),))
    assert memory.read("GET", b"/a/b", (1, 1), LINES).fields is first.fields
    memory.read("GET", b"/a/b", (1, 1), ((b"N", b"last"),))
    assert memory.read("GET", b"/a/b", (1, 1), LINES).fields is not first.fields
