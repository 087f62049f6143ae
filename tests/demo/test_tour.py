"""The guided tour, taken: every promise is kept; and one that is not is shown, and told by the exit code."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

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


async def test_what_goes_out_is_shortened_in_the_request_and_not_in_the_words_around_it() -> None:
    _, shown = await taken()
    out = [line for line in shown.splitlines() if line.startswith("  goes out    ")]
    bodies = [line for line in out if "  + " in line]
    assert bodies
    assert all(line.endswith(" octets of body") for line in bodies)
    assert any("..." in line for line in bodies)
    assert max(map(len, out)) <= 114


async def test_a_refusal_names_no_file_that_the_demo_does_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.yaml").write_text("policy:\n  profiles: [spot]\n")
    monkeypatch.chdir(tmp_path)
    async with tour.staged("127.0.0.1:0", "127.0.0.1:0") as stage, ClientSession() as session:
        for path, says in (
            ("c2c/ads/updateStatus", " --profile spot --profile merchant."),
            ("capital/withdraw/apply", " --config FILE."),
        ):
            async with session.post(f"{stage.gateway.url}/sapi/v1/{path}", data=b"{}") as answer:
                said = (await answer.json())["msg"]
            assert str(tmp_path) not in said
            assert "reload" not in said
            assert said.lower().endswith(
                f"in place of the demo start signing-proxy run --sandbox{says}".lower()
            )


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
