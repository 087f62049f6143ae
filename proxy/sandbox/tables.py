"""All endpoints of the sandbox."""

from proxy.sandbox.c2c import table as c2c
from proxy.sandbox.convert import table as convert
from proxy.sandbox.earn import table as earn
from proxy.sandbox.endpoint import Table
from proxy.sandbox.futures import table as futures
from proxy.sandbox.margin import table as margin
from proxy.sandbox.options import table as options
from proxy.sandbox.portfolio import table as portfolio
from proxy.sandbox.spot import table as spot
from proxy.sandbox.wallet import table as wallet

# Retired in 2026: listen keys of spot and margin on 02-20, all of `/api/v1` on 03-25.
GONE = (
    "/api/v1/",
    "/api/v3/userDataStream",
    "/sapi/v1/userDataStream",
    "/sapi/v1/userDataStream/isolated",
)

_ROOMS = (spot, wallet, margin, convert, earn, c2c, futures, options, portfolio)

TABLE = Table((endpoint for room in _ROOMS for endpoint in room.ENDPOINTS), GONE)
