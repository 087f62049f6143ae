"""Where the configuration comes from, for whoever reads it again: the same flags, the same file, the variables."""

from collections.abc import MutableMapping

from msgspec import Struct

from proxy.app.preflight import client_token, require_bound_keys
from proxy.config.load import Overrides, load_settings
from proxy.core.secret import Secret
from proxy.credentials.accounts import load_accounts, remove_secrets
from proxy.gateway.reload import Configuration


class Source(Struct, frozen=True):
    """`kept`: what the start took out of the environment, which still counts."""

    overrides: Overrides
    environ: MutableMapping[str, str]
    kept: dict[str, Secret]

    def read(self) -> Configuration:
        """What a start now would take. Raises ConfigError, or ConfigErrors with several of them."""
        held = {
            name: secret.reveal().decode("utf-8", "surrogateescape") for name, secret in self.kept.items()
        }
        loaded = load_settings(self.overrides, self.environ)
        accounts = load_accounts(loaded.settings, {**held, **self.environ})
        require_bound_keys(accounts)
        token = client_token(loaded.settings)
        self.kept.update(remove_secrets(loaded.settings, self.environ))
        return Configuration(loaded, accounts, token)
