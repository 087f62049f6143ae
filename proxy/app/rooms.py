"""What the composition root hands on: rooms that several others need."""

from dataclasses import dataclass

from proxy.clients.registry import Clients
from proxy.clients.tickets import Tickets
from proxy.core.catalogue import Catalogue, Environment
from proxy.core.secret import Secret
from proxy.core.settings import Settings
from proxy.credentials.accounts import Accounts
from proxy.diagnosis.client_signature import SignatureCheck
from proxy.diagnosis.live import LiveDiagnosis
from proxy.gateway.recorder import Recorder
from proxy.gateway.relay import Relay
from proxy.gateway.reload import KnownSecrets
from proxy.journal import Journal
from proxy.limits.throttle import Throttle
from proxy.runtime.background_imports import BackgroundImports
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import Clocks
from proxy.upstream.sender import Sender


@dataclass(frozen=True, slots=True)
class Common:
    """What all rooms need."""

    settings: Settings
    accounts: Accounts
    environments: dict[str, Environment]
    local: LocalClock
    token: Secret | None  # that clients must send, where one is set
    secrets: KnownSecrets
    clients: Clients
    catalogue: Catalogue
    journal: Journal
    tickets: Tickets
    background: BackgroundImports

    @property
    def home(self) -> Environment:
        """Where requests go that name no account, by the configuration that is in force."""
        account = self.clients.accounts.default
        return self.environments[account.environment if account else self.settings.environment]


@dataclass(frozen=True, slots=True)
class Observers:
    """The rooms that see what came of a request."""

    recorder: Recorder
    relay: Relay
    check: SignatureCheck
    diagnosis: LiveDiagnosis


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange's side: who sends, by which clock, and what is allowed now."""

    sender: Sender
    throttle: Throttle
    clocks: Clocks
