"""The data files that come with this version."""

import pkgutil


def shipped(name: str) -> bytes:
    """The octets of `data/<name>`. Not by importlib.resources, which imports archives and temporary files first."""
    octets = pkgutil.get_data("proxy.core.catalogue", f"data/{name}")
    if octets is None:
        raise FileNotFoundError(name)
    return octets
