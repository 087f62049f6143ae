"""`tls`: can the exchange be reached, and does its certificate prove that it is the exchange?"""

import asyncio
import ssl
from typing import Any
from urllib.parse import urlsplit

from proxy.core.errors import UpstreamError
from proxy.core.printable import printable
from proxy.doctor.check import Check
from proxy.doctor.checks.clock import home_family
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, warning
from proxy.upstream.faults import in_words

_LONGEST = 40
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
    if not wrong:
        return good("; ".join(f"{_host(base)} {one}" for base, one in zip(patient.bases, told, strict=True)))
    base, error = wrong[0]
    more = f" (and {len(wrong) - 1} more of {len(told)} hosts)" if len(wrong) > 1 else ""
    says, fix = f"{_host(base)}: {in_words(error)}{more}", _FIXES.get(error.stage, _FIXES["connect"])
    if base == patient.environment.base_for(home_family(patient)):
        return failed(says, fix)
    return warning(
        f"{says}; {_host(patient.bases[0])} can be reached", f"nothing, unless you need it; else {fix}"
    )


async def _connect(patient: Patient, base: str) -> str | UpstreamError:
    """How the connection was, or why there is none."""
    began = patient.local.monotonic()
    try:
        connection = await patient.dialer.open(base)
    except UpstreamError as error:
        return error
    took_ms = (patient.local.monotonic() - began) * 1000
    tls = connection.tls
    told = (
        f"plain HTTP in {took_ms:.0f} ms"
        if tls is None
        else f"{tls.version()} by {_issuer(tls)} in {took_ms:.0f} ms"
    )
    connection.close()
    return told


def _issuer(tls: ssl.SSLObject) -> str:
    """Who vouches for the certificate, by its own words: on a network that looks into TLS it is that network."""
    certificate: dict[str, Any] = tls.getpeercert() or {}
    issuer = {name: value for part in certificate.get("issuer", ()) for name, value in part}
    return printable(str(issuer.get("organizationName") or issuer.get("commonName") or "?"))[:_LONGEST]


def _host(base: str) -> str:
    return urlsplit(base).netloc


CHECK = Check(name="tls", looks_at="connections to the exchange's hosts, and their certificates", run=run)
