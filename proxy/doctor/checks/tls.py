"""`tls`: can the exchange be reached, and does its certificate prove that it is the exchange?"""

import asyncio
from urllib.parse import urlsplit

from proxy.core.errors import UpstreamError
from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good
from proxy.upstream.faults import in_words

_FIXES = {
    "dns": "check the name server of this machine: `signing-proxy doctor dns`",
    "connect": "check network, firewall, VPN and proxy between here and the exchange",
    "tls": "check this machine's clock and its certificates, and whether something intercepts TLS on this network",
}


async def run(patient: Patient) -> Finding:
    told = await asyncio.gather(*(_connect(patient, base) for base in patient.bases))
    wrong = [
        (base, one) for base, one in zip(patient.bases, told, strict=True) if isinstance(one, UpstreamError)
    ]
    if wrong:
        base, error = wrong[0]
        more = f" (and {len(wrong) - 1} more of {len(told)} hosts)" if len(wrong) > 1 else ""
        return failed(f"{_host(base)}: {in_words(error)}{more}", _FIXES.get(error.stage, _FIXES["connect"]))
    return good("; ".join(f"{_host(base)} {one}" for base, one in zip(patient.bases, told, strict=True)))


async def _connect(patient: Patient, base: str) -> str | UpstreamError:
    """How the connection was, or why there is none."""
    began = patient.local.monotonic()
    try:
        connection = await patient.dialer.open(base)
    except UpstreamError as error:
        return error
    took_ms = (patient.local.monotonic() - began) * 1000
    version = connection.tls.version() if connection.tls is not None else None
    connection.close()
    return f"{version or 'plain HTTP'} in {took_ms:.0f} ms"


def _host(base: str) -> str:
    return urlsplit(base).netloc


CHECK = Check(name="tls", looks_at="connections to the exchange's hosts, and their certificates", run=run)
