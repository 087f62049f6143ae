"""The program's own log says what was mended: once for each client, endpoint and repair. The journal says it of each
request."""

from collections.abc import Iterable
from typing import Final

import structlog

from proxy.core.findings import Finding
from proxy.core.flow import Flow
from proxy.core.http.repairs import told_repairs

_LOG: Final = structlog.get_logger("intake")

_MOST: Final = 256
"""So many are told of; who has that many has seen what it is about."""


class RepairLog:
    """What was told already. Endpoints are named only where the catalogue has them: their names are no client's."""

    def __init__(self) -> None:
        self._told = set[tuple[str | None, str, str]]()

    def note(self, flow: Flow, findings: Iterable[Finding]) -> None:
        for one in told_repairs(findings):
            self._tell(flow, one)

    def _tell(self, flow: Flow, finding: Finding) -> None:
        endpoint = flow.endpoint.name if flow.endpoint is not None and flow.endpoint.listed else "unlisted"
        told = (flow.client_name, endpoint, finding.rule)
        if told in self._told or len(self._told) >= _MOST:
            return
        self._told.add(told)
        _LOG.info(
            "repaired",
            request_id=flow.request_id,
            endpoint=endpoint,
            rule=finding.rule,
            says=finding.says,
            remedy=finding.remedy,
        )
