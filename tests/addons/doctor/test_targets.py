"""Private targets, told from public ones in every spelling."""

import asyncio

import pytest

from addons.doctor.targets import PrivateTargets, is_private, literal, private_at_sight

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "10.0.0.1",
    "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "[::1]",
    "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "localhost", "LOCALHOST", "localhost.", "api.localhost", "printer.local", "metadata.google.internal",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "api.binance.com", "127.evil.test",
    "localhost.evil.test", "evillocalhost", "127.0.0.1.evil.test", "2130706433.example",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_private_hosts_are_seen_without_a_lookup(host: str) -> None:
    assert private_at_sight(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_public_hosts_are_not_taken_for_private(host: str) -> None:
    assert not private_at_sight(host)


def test_a_name_is_no_literal_address() -> None:
    assert literal("api.binance.com") is None


def test_ipv4_inside_ipv6_is_judged_by_its_ipv4() -> None:
    private, public = literal("::ffff:192.168.0.1"), literal("::ffff:8.8.8.8")
    assert private is not None
    assert is_private(private)
    assert public is not None
    assert not is_private(public)


class Resolver:
    """Answers from a table and keeps what it was asked."""

    def __init__(self, *answers: list[str] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("addresses", "private"),
    [
        (["13.32.0.1"], False),
        (["127.0.0.1"], True),
        (["13.32.0.1", "10.0.0.7"], True),
        (["::1"], True),
        (["2606:4700::1111", "13.32.0.1"], False),
        (["nonsense"], True),
    ],
)
async def test_a_name_is_private_if_any_of_its_addresses_is(addresses: list[str], private: bool) -> None:
    assert await PrivateTargets(Resolver(addresses)).is_private("name.test") is private


async def test_an_answer_of_the_resolver_is_kept_for_half_a_minute() -> None:
    now = [0.0]
    resolver = Resolver(["8.8.8.8"], ["127.0.0.1"])
    targets = PrivateTargets(resolver, lambda: now[0])
    assert not await targets.is_private("name.test")
    now[0] = 29.0
    assert not await targets.is_private("name.test")
    now[0] = 31.0
    assert await targets.is_private("name.test")
    assert resolver.asked == ["name.test", "name.test"]


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long"), TimeoutError()])
async def test_a_name_that_does_not_resolve_is_left_to_mitmproxy(error: Exception) -> None:
    assert not await PrivateTargets(Resolver(error)).is_private("name.test")


async def test_literal_addresses_are_never_looked_up() -> None:
    resolver = Resolver()
    targets = PrivateTargets(resolver)
    assert not await targets.is_private("8.8.8.8")
    assert await targets.is_private("127.0.0.1")
    assert resolver.asked == []


async def test_what_is_remembered_is_bounded() -> None:
    async def lookup(_host: str) -> list[str]:
        return ["8.8.8.8"]

    targets = PrivateTargets(lookup)
    await asyncio.gather(*(targets.is_private(f"n{i}.test") for i in range(600)))
    assert len(targets._known) <= 256
