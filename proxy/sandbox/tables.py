"""All endpoints of the sandbox."""

from proxy.sandbox.c2c import table as c2c
from proxy.sandbox.endpoint import Table
from proxy.sandbox.futures import table as futures
from proxy.sandbox.spot import table as spot
from proxy.sandbox.wallet import table as wallet

TABLE = Table((*spot.ENDPOINTS, *wallet.ENDPOINTS, *c2c.ENDPOINTS, *futures.ENDPOINTS))
