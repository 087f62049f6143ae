"""All endpoints of the sandbox."""

from proxy.sandbox.c2c import table as c2c
from proxy.sandbox.endpoint import Table
from proxy.sandbox.futures import table as futures
from proxy.sandbox.spot import table as spot
from proxy.sandbox.wallet import table as wallet

# Retired in 2026: listen keys of spot and margin on 02-20, all of `/api/v1` on 03-25.
GONE = (
    "/api/v1/",
    "/api/v3/userDataStream",
    "/sapi/v1/userDataStream",
    "/sapi/v1/userDataStream/isolated",
)

TABLE = Table((*spot.ENDPOINTS, *wallet.ENDPOINTS, *c2c.ENDPOINTS, *futures.ENDPOINTS), GONE)
