"""DnsCache: remembered, followed, and not needed where they were known."""

import asyncio
from collections.abc import Callable

import pytest

from proxy.core.errors import UpstreamError
from proxy.upstream.dns_cache import DnsCache

type Answers = list[str | Exception | None]


class Resolver:
    """Answers as the system by a list, the last entry again and again; None hangs."""

    def __init__(self, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers = answers
        self.asked = 0
        monkeypatch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(self))

    async def __call__(self, host: str, port: int) -> list[object]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        return [(2, 1, 6, "", (answer, port))]


class Scene:
    def __init__(self, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.resolver = Resolver(answers, monkeypatch)
        self.names = DnsCache(lambda address: not address.startswith("10."), lambda: self.now)

    async def address(self, after: float = 0.0) -> str:
        """The address that a connection made `after` seconds later would go to."""
        self.now += after
        address = str((await self.names.resolve("api.binance.com", 443))[0][4][0])
        await asyncio.sleep(0)  # a question in the background is asked, and answered
        await asyncio.sleep(0)
        return address


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Scene]:
    return lambda *answers: Scene(list(answers), monkeypatch)


DOWN = OSError(-3, "Temporary failure in name resolution")


async def test_an_answer_serves_for_30_seconds(scene: Callable[..., Scene]) -> None:
    here = scene("1.1.1.1")
    assert [await here.address(), await here.address(29)] == ["1.1.1.1", "1.1.1.1"]
    assert here.resolver.asked == 1


async def test_a_change_is_followed_and_nobody_waits_for_it(scene: Callable[..., Scene]) -> None:
    here = scene("1.1.1.1", "2.2.2.2")
    assert await here.address() == "1.1.1.1"
    assert await here.address(31) == "1.1.1.1"  # at once, and asked again beside
    assert await here.address() == "2.2.2.2"
    assert here.resolver.asked == 2


async def test_after_a_long_time_the_new_answer_is_waited_for(scene: Callable[..., Scene]) -> None:
    here = scene("1.1.1.1", "2.2.2.2")
    assert [await here.address(), await here.address(121)] == ["1.1.1.1", "2.2.2.2"]


async def test_a_resolver_that_fails_leaves_the_last_good_answer(scene: Callable[..., Scene]) -> None:
    here = scene("1.1.1.1", DOWN, DOWN, "2.2.2.2")
    assert await here.address() == "1.1.1.1"
    assert await here.address(3600) == "1.1.1.1"
    assert await here.address() == "1.1.1.1"
    assert await here.address() == "2.2.2.2"


async def test_a_resolver_that_hangs_leaves_the_last_good_answer(
    scene: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.upstream.dns_cache._WAIT_SECONDS", 0.05)
    here = scene("1.1.1.1", None)
    assert await here.address() == "1.1.1.1"
    assert await here.address(3600) == "1.1.1.1"


async def test_without_a_good_answer_a_failure_is_told(scene: Callable[..., Scene]) -> None:
    here = scene(DOWN, "1.1.1.1")
    with pytest.raises(UpstreamError) as caught:
        await here.address()
    assert (caught.value.stage, caught.value.refusal.token) == ("dns", "upstream_unreachable")
    assert await here.address() == "1.1.1.1", "a failure is not remembered"


async def test_an_answer_that_was_poisoned_later_is_refused(scene: Callable[..., Scene]) -> None:
    here = scene("1.1.1.1", "10.0.0.5")
    await here.address()
    with pytest.raises(UpstreamError) as caught:
        await here.address(121)
    assert caught.value.refusal.token == "upstream_refused_address"


async def test_addresses_that_take_no_connection_are_asked_for_again(scene: Callable[..., Scene]) -> None:
    here = scene("1.1.1.1", "2.2.2.2")
    await here.address()
    here.names.mark_stale("api.binance.com", 443)
    assert await here.address() == "2.2.2.2"


async def test_questions_at_the_same_time_are_one(scene: Callable[..., Scene]) -> None:
    here = scene("1.1.1.1")
    found = await asyncio.gather(*[here.address() for _ in range(20)])
    assert set(found) == {"1.1.1.1"}
    assert here.resolver.asked == 1
