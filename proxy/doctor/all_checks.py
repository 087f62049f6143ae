"""The written list of checks: what this machine alone tells first, then the way, then the key; the slow ones last."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from proxy.doctor.check import Check
from proxy.doctor.checks import (
    c2c,
    clock,
    disk,
    dns,
    drift,
    egress,
    environment,
    files,
    futures,
    gateway,
    hold,
    journal,
    key,
    known,
    permissions,
    recv_window,
    tls,
    way_out,
    weights,
)

_ALL: Final = (
    key.CHECK,
    files.CHECK,
    journal.CHECK,
    disk.CHECK,
    hold.CHECK,
    way_out.CHECK,
    dns.CHECK,
    tls.CHECK,
    clock.CHECK,
    recv_window.CHECK,
    known.CHECK,
    environment.CHECK,
    permissions.CHECK,
    futures.CHECK,
    c2c.CHECK,
    egress.CHECK,
    weights.CHECK,
    gateway.CHECK,
    drift.CHECK,
)
CHECKS: Final[Mapping[str, Check]] = MappingProxyType({check.name: check for check in _ALL})
