"""A request that may have arrived has spent its weight; one that was not sent has not."""

from pathlib import Path

import pytest

from proxy.core.errors import Execution, Refusal, UpstreamError
from proxy.limits.holds import Holds
from proxy.limits.throttle import Throttle
from proxy.upstream.response import UpstreamResponse
from tests.limits.house import House

READ = "GET /api/v3/account"  # weighs 20


@pytest.mark.parametrize(
    ("execution", "weight"), [(Execution.NOT_SENT, None), (Execution.UNKNOWN, 20), (Execution.ANSWERED, 20)]
)
async def test_what_a_failed_request_weighed(
    execution: Execution, weight: int | None, tmp_path: Path
) -> None:
    house = House()
    throttle = Throttle(Holds(tmp_path, house.hands.steady, house.hands.unix_ms), house.budget, None)
    limits, flow = house.limits(READ), house.flow(READ)

    async def ask() -> UpstreamResponse:
        assert limits.meter.in_flight == 20
        raise UpstreamError(Refusal(502, "upstream_unreachable", "x", execution=execution), "body")

    with pytest.raises(UpstreamError):
        await throttle.send(flow, limits, b"octets", ask)
    assert (flow.weight, limits.meter.in_flight) == (weight, 0)
