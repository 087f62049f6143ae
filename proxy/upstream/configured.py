"""The dialer that the settings describe, for all who send: the gateway, and the commands that ask by themselves."""

import ssl

from proxy.core.settings import UpstreamSettings
from proxy.runtime.secret_file import read_secret_file
from proxy.upstream.dial import Dialer


def configured_dialer(settings: UpstreamSettings, context: ssl.SSLContext) -> Dialer:
    """Raises ConfigError where the file with the proxy's credentials cannot be used."""
    credentials = (
        read_secret_file(settings.proxy_credentials_file, "the proxy credentials")
        if settings.proxy_credentials_file
        else None
    )
    return Dialer(
        context=context,
        proxy_url=settings.proxy,
        proxy_credentials=credentials,
        local_address=settings.local_address,
        unsafe=settings.unsafe_url is not None,
        connect_seconds=settings.connect_seconds,
    )
