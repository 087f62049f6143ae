"""The guided tour, taken: every promise is kept; and one that is not is shown, and told by the exit code."""

import io
from dataclasses import replace

import pytest

from proxy.core.secret import STARS
from proxy.demo import tour
from proxy.demo.show import Show
from proxy.demo.steps import STEPS
from proxy.sandbox import demo_keys
from tests.support.gateway import API_SECRET


async def taken() -> tuple[bool, str]:
    """Whether all was kept, and what was shown."""
    out = io.StringIO()
    kept = await tour.run(once=True, listen="127.0.0.1:0", admin="127.0.0.1:0", show=Show(out))
    return kept, out.getvalue()


async def test_every_promise_is_kept() -> None:
    kept, shown = await taken()
    assert kept, shown
    assert "NOT KEPT" not in shown
    assert shown.count("\n  ok ") == sum(len(step.promises) for step in STEPS)
    for number, step in enumerate(STEPS, start=1):
        assert f"{number}/{len(STEPS)}  {step.title}\n" in shown
        assert step.promises, "a station without a promise shows nothing"
    assert shown.endswith("Every promise was kept.\n")


async def test_nothing_that_signs_or_authenticates_is_shown() -> None:
    _, shown = await taken()
    assert f"&signature={STARS}" in shown
    for key in demo_keys():
        assert key.secret not in shown
        assert key.api_key not in shown
    assert API_SECRET not in shown


async def test_a_promise_that_is_not_kept_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    first = STEPS[0]
    monkeypatch.setattr(
        tour, "STEPS", (replace(first, promises=(*first.promises, ("pigs fly", lambda _: False))),)
    )
    kept, shown = await taken()
    assert not kept
    assert "  NOT KEPT    pigs fly\n" in shown
    assert shown.count("\n  ok ") == len(first.promises)
    assert shown.endswith("Something was not as promised: see NOT KEPT above.\n")


@pytest.mark.parametrize(("kept", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_tells_it(kept: bool, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from proxy.cli.demo import command

    async def run(**_: object) -> bool:
        return kept

    monkeypatch.setattr(tour, "run", run)
    monkeypatch.setattr("proxy.cli.demo.set_up_logs", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        command.main(["--once"], standalone_mode=False)
    assert ended.value.code == code
