"""An exchange in a thread: there from `with` to its end, and no longer."""

import json
from threading import enumerate as threads
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from proxy.sandbox import Sandbox
from proxy.sandbox.threaded import ThreadedSandbox


def test_it_answers_as_long_as_it_is_open_and_leaves_no_thread() -> None:
    before = len(threads())
    with ThreadedSandbox(Sandbox(now_ms=lambda: 1_780_000_000_000)) as running:
        with urlopen(f"{running.url}/api/v3/time", timeout=10) as answer:
            assert json.load(answer) == {"serverTime": 1_780_000_000_000}
    assert len(threads()) == before
    with pytest.raises(URLError):
        urlopen(f"{running.url}/api/v3/time", timeout=10)


def test_where_it_cannot_listen_who_opens_it_hears_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_: Sandbox) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr("proxy.sandbox.threaded.start", refuse)
    with pytest.raises(OSError, match="already in use"), ThreadedSandbox(Sandbox()):
        pass
