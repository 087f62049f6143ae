"""`proxy`: which way do requests take, and is it the one that people think?"""

from typing import Final
from urllib.parse import urlsplit

from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, good, warning

_VARIABLES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


async def run(patient: Patient) -> Finding:
    upstream = patient.settings.upstream
    if upstream.unsafe_url is not None:
        return warning(
            f"UNSAFE UPSTREAM: everything goes to {upstream.unsafe_url}, not to Binance",
            "leave out --unsafe-upstream (upstream.unsafe_url) for the real exchange",
        )
    source = f", from {upstream.local_address}" if upstream.local_address else ""
    if upstream.proxy is not None:
        parts = urlsplit(upstream.proxy)
        return good(
            f"through the {parts.scheme} proxy {parts.hostname}:{parts.port}{source}; TLS stays end to end"
        )
    unused = [name for name in _VARIABLES if patient.environ.get(name)]
    if unused:
        return warning(
            f"directly{source}; {unused[0]} is set and not used",
            "set upstream.proxy if requests must go through that proxy",
        )
    return good(f"directly, without a proxy{source}")


CHECK = Check(name="proxy", looks_at="the way out: proxy, source address, unsafe upstream", run=run)
