"""The key lacks a permission: -2015, and -1002 where it is the one for P2P."""

from dataclasses import replace

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.keys import ALL_PERMISSIONS
from proxy.sandbox.personalities.base import Given, Personality


def _put_on(sandbox: Sandbox, given: Given) -> None:
    missing = given.word("permission", frozenset[str](ALL_PERMISSIONS))
    for key in list(sandbox.keys.values()):
        left = frozenset(one for one in key.permissions if one != missing)
        sandbox.add_key(replace(key, permissions=left))


PERSONALITY = Personality(
    "permission-missing",
    "the keys lack a permission: -2015, for P2P -1002",
    _put_on,
    {"permission": "c2c"},
)
