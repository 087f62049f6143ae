"""Modules that a start does not wait for: imported in idle moments, awaited for a bounded time."""

import asyncio
import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.runtime.background_imports import BackgroundImports, IdleDetector

ROOT = Path(__file__).resolve().parents[2]
NAME = "a_module_that_takes_its_time"
EVENTS: list[threading.Event] = []


@pytest.fixture
def go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A module that is imported only once this is set."""
    opened = threading.Event()
    (tmp_path / f"{NAME}.py").write_text(f"from {__name__} import EVENTS\nEVENTS[0].wait(30)\nvalue = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    EVENTS[:] = [opened]
    yield opened
    opened.set()
    sys.modules.pop(NAME, None)


async def test_who_waits_is_told_in_time_and_the_import_goes_on(go_on: threading.Event) -> None:
    imports = BackgroundImports((NAME,))
    assert not await imports.wait_loaded(0.01)
    go_on.set()
    await imports.load()
    assert await imports.wait_loaded(0)
    assert sys.modules[NAME].value == 1


async def test_asked_for_twice_it_is_imported_once(go_on: threading.Event) -> None:
    imports = BackgroundImports((NAME,))
    assert not await imports.wait_loaded(0)
    assert not await imports.wait_loaded(0)
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("asyncio_")]) == 1
    go_on.set()
    await imports.load()


async def test_a_module_that_is_not_there_is_told_to_everybody_who_asks() -> None:
    imports = BackgroundImports(("no_such_module_anywhere",))
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            await imports.load()
    with pytest.raises(ModuleNotFoundError):
        await imports.wait_loaded(1)


async def test_the_switch_interval_is_what_it_was() -> None:
    before = sys.getswitchinterval()
    await BackgroundImports(("colorsys",)).load()
    assert sys.getswitchinterval() == before


class Scene:
    """Requests that come by a fake clock, which runs while somebody sleeps."""

    def __init__(self, every: float, until: float = math.inf, served: int = 0) -> None:
        self.now = 0.0
        self.every = every
        self.until = until
        self.served = served
        self.idle = IdleDetector(self.traffic, lambda: self.now, self.sleep)

    def traffic(self) -> tuple[int, int]:
        return int(min(self.now, self.until) / self.every), self.served

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def waited(self) -> float:
        before = self.now
        await self.idle.wait()
        return self.now - before


async def test_it_is_idle_once_nothing_was_asked_for_a_tenth_of_a_second() -> None:
    scene = Scene(every=1.0)
    assert 0.1 <= await scene.waited() < 0.13
    assert await scene.waited() == 0, "the next module follows at once"
    scene.now = 1.0
    assert 0.1 <= await scene.waited() < 0.13, "a request came in between"


async def test_requests_are_waited_for_to_end() -> None:
    assert 5.1 <= await Scene(every=0.05, until=5.0).waited() < 5.2


async def test_a_request_that_is_being_served_is_not_idle() -> None:
    assert await Scene(every=1000.0, served=1).waited() >= 30


async def test_under_constant_load_the_wait_ends_and_then_there_are_short_pauses() -> None:
    scene = Scene(every=0.005)
    assert 30 <= await scene.waited() < 30.1
    assert [round(await scene.waited(), 3) for _ in range(3)] == [0.05] * 3


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with a module that imports the others, as the diagnosis has."""
    name = "a_package_of_rules"
    inner = tmp_path / name / "inner"
    inner.mkdir(parents=True)
    (tmp_path / name / "__init__.py").touch()
    (inner / "__init__.py").touch()
    (inner / "one.py").touch()
    (inner / "two.py").touch()
    (tmp_path / name / "all.py").write_text(f"import {name}.inner.one, {name}.inner.two\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    for imported in [one for one in sys.modules if one.partition(".")[0] == name]:
        del sys.modules[imported]


class Portions(BackgroundImports):
    """Keeps what was imported at one go."""

    def __init__(self, *names: str) -> None:
        super().__init__(names)
        self.portions: list[tuple[str, ...]] = []

    def _import(self, *names: str) -> None:
        before = set(sys.modules)
        super()._import(*names)
        self.portions.append(tuple(sorted(set(sys.modules) - before)))


def quiet() -> tuple[int, int]:
    return 0, 0


async def test_in_idle_moments_a_package_is_imported_module_by_module(package: str) -> None:
    imports = Portions(package, "colorsys")
    await imports.load_when_idle(quiet)
    assert {f"{package}.inner.one", f"{package}.inner.two", f"{package}.all"} <= sys.modules.keys()
    assert [len(names) for names in imports.portions if len(names) > 1] == []
    await asyncio.wait_for(imports.wait_ended(), 1)


async def test_whoever_needs_them_does_not_wait_for_idle_moments(package: str) -> None:
    imports = Portions(package)
    idle = asyncio.create_task(imports.load_when_idle(lambda: (0, 1)))
    await asyncio.sleep(0.05)
    assert imports.portions == [], "somebody is being served"
    assert not any(name.startswith(package) for name in sys.modules)
    assert await imports.wait_loaded(5)
    assert len(imports.portions) == 1
    assert f"{package}.all" in sys.modules
    await asyncio.wait_for(imports.wait_ended(), 1)
    idle.cancel()


async def test_waiting_for_the_end_imports_nothing(go_on: threading.Event) -> None:
    imports = BackgroundImports((NAME,))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(imports.wait_ended(), 0.05)
    assert NAME not in sys.modules


async def test_the_end_comes_after_a_failure_too() -> None:
    imports = BackgroundImports(("no_such_module_anywhere",))
    with pytest.raises(ModuleNotFoundError):
        await imports.load_when_idle(quiet)
    await asyncio.wait_for(imports.wait_ended(), 1)


def test_the_rules_come_in_small_portions() -> None:
    """No module but the last ones may bring many others: the event loop would feel it."""
    program = (
        "import sys, importlib, proxy.app.build, proxy.runtime.background_imports\n"
        "most = 0\n"
        "for name in proxy.runtime.background_imports.BackgroundImports(proxy.app.build._IN_BACKGROUND)._modules():\n"
        "    before = {one for one in sys.modules if one.startswith('proxy.')}\n"
        "    importlib.import_module(name)\n"
        "    most = max(most, sum(one.startswith('proxy.') for one in sys.modules) - len(before))\n"
        "print(most)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert int(done.stdout) <= 12
