"""A strict fake exchange on loopback: it refuses what Binance refuses, with Binance's codes and texts.

It is the second opinion on everything the gateway signs, so it shares no line of code with it.

    sandbox = Sandbox(keys=[SandboxKey(api_key, "hmac", secret)])
    running = await start(sandbox)
    ...  # speak to running.url
    await running.stop()
"""

from proxy.sandbox.exchange import Observation, Sandbox
from proxy.sandbox.executed import Executed
from proxy.sandbox.faults import Fault
from proxy.sandbox.futures.matching import move_contract_price
from proxy.sandbox.keys import ALL_PERMISSIONS, SandboxKey, demo_keys
from proxy.sandbox.limits import Limits
from proxy.sandbox.personalities import PERSONALITIES, PersonalityError, put_on
from proxy.sandbox.server import RunningSandbox, start
from proxy.sandbox.spot.matching import move_price

__all__ = [
    "ALL_PERMISSIONS",
    "PERSONALITIES",
    "Executed",
    "Fault",
    "Limits",
    "Observation",
    "PersonalityError",
    "RunningSandbox",
    "Sandbox",
    "SandboxKey",
    "demo_keys",
    "move_contract_price",
    "move_price",
    "put_on",
    "start",
]
