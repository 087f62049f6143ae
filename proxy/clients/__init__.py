"""Clients and their virtual keys: who asks, and what they may."""

from proxy.clients.book import KEY_WANTED, Caller, Clients, policy_of
from proxy.clients.check import NOT_CHECKED, SignatureCheck
from proxy.clients.store import NewKey, Store, StoredClient, StoredKey

__all__ = [
    "KEY_WANTED",
    "NOT_CHECKED",
    "Caller",
    "Clients",
    "NewKey",
    "SignatureCheck",
    "Store",
    "StoredClient",
    "StoredKey",
    "policy_of",
]
