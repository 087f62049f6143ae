"""`/confirmations`: only whoever has the admin token sees, approves and refuses."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import House, house

POLICY = {"profiles": ["spot"], "confirm": ["spot"], "confirm_mode": "ticket"}


async def asked(at: House, method: str, path: str, *, token: str | None = None) -> tuple[int, Any]:
    """One request to the admin port; with its own token unless another is given."""
    running = at.running
    assert running.admin_token_file is not None
    bearer = running.admin_token_file.read_text().strip() if token is None else token
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    async with at.session.request(method, f"{running.admin_url}{path}", headers=headers) as answer:
        return answer.status, await answer.json()


async def ticket(at: House) -> str:
    found: str = (await at.order()).headers["X-Gateway-Confirmation"]
    return found


async def test_what_waits_is_listed_and_shown_to_the_last_digit(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", policy=POLICY) as at:
        assert await asked(at, "GET", "/confirmations") == (200, {"confirmations": []})
        wanted = await ticket(at)
        status, listed = await asked(at, "GET", "/confirmations")
        assert (status, [one["id"] for one in listed["confirmations"]]) == (200, [wanted])
        status, shown = await asked(at, "GET", f"/confirmations/{wanted.lower()}")
        assert (status, shown) == (200, listed["confirmations"][0] | {"seconds_left": shown["seconds_left"]})
        assert {"role": "base_quantity", "name": "quantity", "shown": "0.6", "decides": True} in shown[
            "values"
        ]
        assert (shown["operation"], shown["endpoint"], shown["state"]) == (
            "spot",
            "POST /api/v3/order",
            "waiting",
        )


async def test_approve_once_and_hear_what_became_of_it(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", policy=POLICY) as at:
        wanted = await ticket(at)
        status, approved = await asked(at, "POST", f"/confirmations/{wanted}")
        assert (status, approved["state"]) == (200, "approved")
        status, again = await asked(at, "POST", f"/confirmations/{wanted}")
        assert (status, again["error"]) == (409, "confirmation_ended")
        assert "approved already" in again["msg"]
        assert (await at.order()).status == 200
        status, late = await asked(at, "DELETE", f"/confirmations/{wanted}")
        assert status == 409
        assert "never a second time" in late["msg"]


async def test_refuse(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", policy=POLICY | {"confirm_mode": "wait"}) as at:
        asking = asyncio.create_task(at.order())
        await at.until(lambda: bool(at.running.pipeline.confirmations.living()))
        (_, listed) = await asked(at, "GET", "/confirmations")
        wanted = listed["confirmations"][0]["id"]
        status, refused = await asked(at, "DELETE", f"/confirmations/{wanted}")
        assert (status, refused["state"]) == (200, "refused")
        assert (await asking).token == "confirmation_refused"
        status, late = await asked(at, "POST", f"/confirmations/{wanted}")
        assert status == 409
        assert "it was refused" in late["msg"]


async def test_an_approval_that_came_too_late_says_so(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", policy=POLICY | {"confirm_mode": "wait"}) as at:
        asking = asyncio.create_task(at.order())
        await at.until(lambda: bool(at.running.pipeline.confirmations.living()))
        wanted = at.running.pipeline.confirmations.living()[0]["id"]
        at.local.ahead += 8
        assert (await asking).token == "confirmation_expired"
        status, late = await asked(at, "POST", f"/confirmations/{wanted}")
        assert status == 409
        assert "its time was up" in late["msg"]
        assert at.sent == []


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_without_the_token_nothing_is_seen_or_done(method: str, token: str, tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", policy=POLICY) as at:
        wanted = await ticket(at)
        for path in ("/confirmations", f"/confirmations/{wanted}"):
            status, told = await asked(at, method, path, token=token)
            assert (status, told["error"]) == (401, "token_required")
            assert wanted not in str(told)
        assert (await at.order()).headers["X-Gateway-Confirmation"] == wanted
        assert at.sent == []


async def test_what_is_not_there(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0") as at:
        for method in ("GET", "POST", "DELETE"):
            status, told = await asked(at, method, "/confirmations/AAAAAAAA")
            assert (status, told["error"]) == (404, "confirmation_unknown")
        status, told = await asked(at, "POST", "/confirmations")
        assert (status, told["error"]) == (405, "method_not_allowed")
        assert (await asked(at, "GET", "/confirmationsx"))[0] == 404
        assert not (at.journal / "policy.sqlite").exists()  # looking makes none


async def test_a_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", policy=POLICY) as at:
        (at.journal / "policy.sqlite").unlink()
        (at.journal / "policy.sqlite").mkdir()
        status, told = await asked(at, "GET", "/confirmations")
        assert (status, told["error"]) == (503, "confirmation_unavailable")


async def test_the_figures_are_on_metrics(tmp_path: Path) -> None:
    async with house(tmp_path, admin="127.0.0.1:0", policy=POLICY) as at:
        await asked(at, "POST", f"/confirmations/{await ticket(at)}")
        async with at.session.get(f"{at.running.admin_url}/metrics") as answer:
            text = await answer.text()
        assert 'signing_proxy_confirmations_total{outcome="approved"} 1.0' in text
        assert "signing_proxy_confirmations_waiting 0.0" in text
