"""What a start does not wait for: imported by a thread, awaited for a bounded time."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.late import LateModules

NAME = "a_module_that_takes_its_time"
GATES: list[threading.Event] = []


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A module that is imported only once this is set."""
    opened = threading.Event()
    (tmp_path / f"{NAME}.py").write_text(f"from {__name__} import GATES\nGATES[0].wait(30)\nvalue = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    GATES[:] = [opened]
    yield opened
    opened.set()
    sys.modules.pop(NAME, None)


async def test_who_waits_is_told_in_time_and_the_import_goes_on(gate: threading.Event) -> None:
    late = LateModules((NAME,))
    assert not await late.loaded(0.01)
    gate.set()
    await late.load()
    assert await late.loaded(0)
    assert sys.modules[NAME].value == 1


async def test_asked_for_twice_it_is_imported_once(gate: threading.Event) -> None:
    late = LateModules((NAME,))
    assert not await late.loaded(0)
    assert not await late.loaded(0)
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("asyncio_")]) == 1
    gate.set()
    await late.load()


async def test_a_module_that_is_not_there_is_told_to_everybody_who_asks() -> None:
    late = LateModules(("no_such_module_anywhere",))
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            await late.load()
    with pytest.raises(ModuleNotFoundError):
        await late.loaded(1)


async def test_the_switch_interval_is_what_it_was() -> None:
    before = sys.getswitchinterval()
    await LateModules(("colorsys",)).load()
    assert sys.getswitchinterval() == before
