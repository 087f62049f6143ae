"""Opening a patient: which account, and what is asked twice is asked once."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from proxy.core.catalogue import PrefixFamily
from proxy.core.errors import ConfigError, UsageError
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.doctor import open_patient
from proxy.sandbox import Observation
from tests.doctor.patients import patient, sandbox
from tests.support.gateway import hmac_account


def two() -> Accounts:
    main = hmac_account().by_name["main"]
    return Accounts({"main": main, "other": replace(main, name="other")})


async def test_several_accounts_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        async with patient("http://127.0.0.1:9", tmp_path, accounts=two()):
            pass
    assert raised.value.hint == "name one with --account; known: main, other"
    settings = msgspec.convert({"journal": {"directory": str(tmp_path)}}, Settings)
    async with open_patient(settings, {}, account="other", read_accounts=two) as one:
        assert one.account is not None
        assert one.account.name == "other"
    with pytest.raises(UsageError, match="names no account"):
        async with open_patient(settings, {}, account="third", read_accounts=two):
            pass


async def test_keys_that_cannot_be_read_are_a_finding(tmp_path: Path) -> None:
    def fails() -> Accounts:
        raise ConfigError("what is wrong", "what to do")

    settings = msgspec.convert({"journal": {"directory": str(tmp_path)}}, Settings)
    async with open_patient(settings, {}, account="main", read_accounts=fails) as one:
        assert (one.account, [problem.message for problem in one.problems]) == (None, ["what is wrong"])


async def test_the_clock_is_asked_once_for_hosts_that_share_it(tmp_path: Path) -> None:
    asked: list[Observation] = []
    async with sandbox() as running, patient(running.url, tmp_path) as one:
        running.sandbox.observer = asked.append
        first = await one.clock(PrefixFamily.API)
        assert await one.clock(PrefixFamily.SAPI) is first
    assert len(asked) == 7
    assert first.taken == 6
