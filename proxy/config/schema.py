"""The JSON Schema of the configuration file, from the same types that read it."""

from typing import Any

import msgspec

from proxy.core.settings import Settings


def settings_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12, which msgspec writes."""
    schema = msgspec.json.schema(Settings)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of binance-signing-proxy",
        **schema,
    }
