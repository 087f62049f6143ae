"""-2008 through a running gateway, call by call: what the header says of a key, and when."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from proxy.runtime.clock import LocalClock
from proxy.sandbox import Fault, RunningSandbox, Sandbox, SandboxKey, start
from tests.support.gateway import API_KEY, API_SECRET, gateway
from tests.support.raw_client import ask

UNKNOWN = b'{"code":-2008,"msg":"Invalid Api-Key ID."}'
ADS, CATEGORY, CHAT, ACCOUNT, RESTRICTIONS = (
    "/sapi/v1/c2c/ads/getAds",
    "/sapi/v1/c2c/ads/getAvailableAdsCategory",
    "/sapi/v1/c2c/chat/retrieveChatCredential",
    "/api/v3/account",
    "/sapi/v1/account/apiRestrictions",
)


class Slow(LocalClock):
    """Three hours behind until it is set."""

    behind_ms = 10_800_000

    def unix_ms(self) -> int:
        return super().unix_ms() - self.behind_ms


class Told:
    """A gateway before a sandbox: each answer's status, rule, strength and sentence."""

    def __init__(self, url: str, running: RunningSandbox, clock: Slow) -> None:
        self._url = url
        self.sandbox = running.sandbox
        self.clock = clock

    async def of(self, path: str) -> tuple[int, str, str, str]:
        answer = await ask(self._url, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        rule, _, rest = (answer.header("x-gateway-diagnosis") or "").partition("; ")
        strength, _, sentence = rest.partition("; ")
        return answer.status, rule, strength.removeprefix("strength="), sentence


@asynccontextmanager
async def told(tmp_path: Path, *keys: SandboxKey, behind_ms: int = 0) -> AsyncIterator[Told]:
    running, clock = await start(Sandbox(keys=list(keys))), Slow()
    clock.behind_ms = behind_ms
    try:
        async with gateway(running.url, tmp_path / "journal", local=clock) as one:
            yield Told(one.url, running, clock)
    finally:
        await running.stop()


async def test_an_unknown_key_whose_first_calls_are_c2c_is_never_called_not_fixable(tmp_path: Path) -> None:
    async with told(tmp_path) as one:
        answers = [await one.of(path) for path in (ADS, CATEGORY, CHAT, ADS, ACCOUNT, ADS)]
    assert [(rule, strength) for _, rule, strength, _ in answers] == [
        ("perm-c2c-not-enabled", "possible"),
        ("perm-c2c-not-enabled", "possible"),
        ("perm-c2c-not-enabled", "possible"),
        ("perm-c2c-not-enabled", "possible"),
        ("key-unknown", "likely"),
        ("key-unknown", "likely"),
    ]
    assert not any("not fixable" in sentence for *_, sentence in answers)
    assert "or it is no valid key" in answers[0][3]


async def test_a_service_that_does_not_know_a_good_key(tmp_path: Path) -> None:
    key = SandboxKey(API_KEY, "hmac", API_SECRET, unknown_on=("/sapi/v1/c2c/chat",))
    async with told(tmp_path, key) as one:
        answers = [await one.of(path) for path in (CHAT, ACCOUNT, CHAT)]
    assert [rest[:2] for _, *rest in answers] == [
        ["perm-c2c-not-enabled", "possible"],
        ["", ""],
        ["perm-c2c-not-enabled", "proven"],  # the control call worked between two refusals
    ]
    assert "not fixable on the client" in answers[2][3]


async def test_an_endpoint_that_took_the_key_a_moment_ago_is_flapping_whatever_the_local_clock_says(
    tmp_path: Path,
) -> None:
    """Three hours behind, and set right between the two calls."""
    async with told(tmp_path, SandboxKey(API_KEY, "hmac", API_SECRET), behind_ms=10_800_000) as one:
        assert (await one.of(CATEGORY))[0] == 200
        assert (await one.of(RESTRICTIONS))[0] == 200
        one.clock.behind_ms = 0
        one.sandbox.faults.add(Fault(CATEGORY, status=400, body=UNKNOWN))
        first = await one.of(CATEGORY)
        assert (await one.of(CATEGORY))[0] == 200
        one.sandbox.faults.add(Fault(CATEGORY, status=400, body=UNKNOWN))
        second = await one.of(CATEGORY)
    assert (first[0], first[1:3]) == (400, ("perm-key-flapping", "likely"))
    assert (second[0], second[1:3]) == (400, ("perm-key-flapping", "proven"))
