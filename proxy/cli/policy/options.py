"""Which policy is meant, and how it is told: what the verbs of `policy` share."""

import difflib
from typing import Any

import click

from proxy.clients.registry import policy_of as client_policy
from proxy.clients.store import ClientStore
from proxy.config.derived import environments_of
from proxy.config.load import Loaded
from proxy.core.catalogue import Endpoint, Environment
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.reads import read_group_of
from proxy.core.errors import UsageError
from proxy.core.guard import Policy
from proxy.core.settings import ClientSettings
from proxy.credentials.accounts import DEFAULT


def policy_options(function: Any) -> Any:
    """Add the options that choose a policy."""
    for option in (
        click.option("--client", metavar="NAME", help="The policy of this client, not the gateway's own."),
        click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml."),
        click.option("--clients", metavar="FILE", help="The file of virtual keys; default: clients_file."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object."),
    ):
        function = option(function)
    return function


def policy_of(loaded: Loaded, client: str | None) -> Policy:
    """The gateway's policy, or the one that holds for a client."""
    if client is None:
        return Policy.of(loaded.settings.policy)
    return client_policy(loaded.settings, client, _rights(loaded, client))


def environment_of(loaded: Loaded, client: str | None) -> Environment:
    """Where requests that name no account go: the environment of the default account, or of the client's first."""
    settings = loaded.settings
    own = _rights(loaded, client).accounts if client is not None else ()
    only = next(iter(settings.accounts)) if len(settings.accounts) == 1 else DEFAULT
    account = settings.accounts.get(own[0] if own else settings.default_account or only)
    name = (account.environment if account is not None else None) or settings.environment
    return environments_of(settings)[name]


def _rights(loaded: Loaded, client: str) -> ClientSettings:
    settings = loaded.settings
    rights = settings.clients.get(client)
    if rights is None and settings.clients_file is not None:
        stored = ClientStore(settings.clients_file).read().get(client)
        rights = stored.rights if stored is not None else None
    if rights is None:
        known = [
            *settings.clients,
            *(ClientStore(settings.clients_file).read() if settings.clients_file else ()),
        ]
        close = difflib.get_close_matches(client, known, n=1)
        raise UsageError(
            "there is no client of that name",
            f"did you mean {close[0]}?" if close else "signing-proxy clients list",
        )
    return rights


def kind_of(endpoint: Endpoint) -> str:
    """The group of the operation; of a read, what it reads."""
    operation = operation_of(endpoint)
    return f"{operation}: {read_group_of(endpoint)}" if operation is Operation.READ else operation.value


def words(operation: str) -> str:
    return operation.replace("_", " ")
