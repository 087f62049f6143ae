"""Simple Earn, with weights of 2026."""

from proxy.sandbox.earn import products
from proxy.sandbox.endpoint import BOOLEAN, Endpoint, Security, params

SIGNED = Security.SIGNED
_PREFIX = "/sapi/v1/simple-earn/"

ENDPOINTS = (
    Endpoint("POST", _PREFIX + "flexible/subscribe", SIGNED, products.subscribe_flexible,
             params("productId! amount! autoSubscribe sourceAccount"), permission="spot"),
    Endpoint("POST", _PREFIX + "flexible/redeem", SIGNED, products.redeem_flexible,
             params("productId! redeemAll amount destAccount", redeemAll=BOOLEAN), permission="spot"),
    Endpoint("GET", _PREFIX + "flexible/position", SIGNED, products.flexible_positions,
             params("asset productId current size"), 150, permission="read"),
    Endpoint("POST", _PREFIX + "locked/subscribe", SIGNED, products.subscribe_locked,
             params("projectId! amount! autoSubscribe sourceAccount redeemTo"), permission="spot"),
    Endpoint("POST", _PREFIX + "locked/redeem", SIGNED, products.redeem_locked, params("positionId!"),
             permission="spot"),
)  # fmt: skip
