"""The program's log says once what is mended for a client, an endpoint and a repair."""

from typing import Any

from structlog.testing import capture_logs

from proxy.core.catalogue import Catalogue
from proxy.core.findings import Finding, Strength
from proxy.core.flow import Flow, Timings
from proxy.core.http.json_form import json_repair
from proxy.core.wire import RawRequest
from proxy.gateway.repair_log import RepairLog

REPAIR = json_repair(b"HTTPie/3.2.4")


def flow(method: str, path: str, client: str | None = None) -> Flow:
    catalogue = Catalogue.builtin()
    endpoint = catalogue.find(method, path) or catalogue.unlisted(method, path)
    made = Flow("r-1", 0, RawRequest(method, path.encode(), ()), Timings(0.0), endpoint=endpoint)
    made.client_name = client
    return made


def told(log: RepairLog, *flows: Flow, finding: Finding = REPAIR) -> list[Any]:
    with capture_logs() as lines:
        for one in flows:
            log.note(one, [finding])
    return lines


def test_once_for_each_client_endpoint_and_repair() -> None:
    log, order, cancel = RepairLog(), flow("POST", "/api/v3/order"), flow("DELETE", "/api/v3/order")
    assert told(log, order, order) == [
        {
            "event": "repaired",
            "log_level": "info",
            "request_id": "r-1",
            "endpoint": "POST /api/v3/order",
            "rule": "json-body-to-form",
            "says": REPAIR.says,
            "remedy": "With HTTPie write `http --form POST ...`.",
        }
    ]
    assert len(told(log, order, cancel, flow("POST", "/api/v3/order", "bot"))) == 2


def test_what_is_no_repair_is_not_told() -> None:
    note = Finding("endpoint-unlisted", Strength.POSSIBLE, "It is not listed.", "Check it.")
    assert told(RepairLog(), flow("POST", "/api/v3/order"), finding=note) == []


def test_a_path_that_nobody_listed_is_not_repeated() -> None:
    lines = told(RepairLog(), flow("POST", "/api/v3/a"), flow("POST", "/api/v3/b"))
    assert [line["endpoint"] for line in lines] == ["unlisted"]


def test_what_is_kept_is_bounded() -> None:
    log = RepairLog()
    many = [flow("POST", "/api/v3/order", f"bot-{number}") for number in range(300)]
    assert len(told(log, *many)) == 256
