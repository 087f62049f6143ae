"""`dns`: do the names of the exchange lead to addresses, and to public ones?"""

import asyncio
import ipaddress
from urllib.parse import urlsplit

from proxy.doctor.check import Check
from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding, failed, good, skipped, warning
from proxy.upstream.reasons import reason_of
from proxy.upstream.resolver import Resolver

_SECONDS = 10.0


async def run(patient: Patient) -> Finding:
    if patient.settings.upstream.proxy is not None:
        proxy = urlsplit(patient.settings.upstream.proxy).hostname or ""
        found = await _look_up(proxy, patient)
        return found if found is not None else good(f"{proxy}: found; it looks up Binance's names itself")
    hosts = [urlsplit(base).hostname or "" for base in patient.bases]
    named = [host for host in hosts if not _is_address(host)]
    if not named:
        return skipped(f"no name to look up: {', '.join(hosts)} is an address")
    began = patient.local.monotonic()
    told = await asyncio.gather(*(_look_up(host, patient) for host in named))  # the first is the home of all
    troubles = [one for one in told if one is not None]
    if troubles:
        return troubles[0] if told[0] is not None else warning(troubles[0].evidence, troubles[0].fix)
    took_ms = (patient.local.monotonic() - began) * 1000
    return good(f"{', '.join(named)}: found in {took_ms:.0f} ms, all addresses public")


async def _look_up(host: str, patient: Patient) -> Finding | None:
    """What is wrong with a name; None: nothing."""
    try:
        async with asyncio.timeout(_SECONDS):
            found = await Resolver().addresses(host, 443)
    except (OSError, UnicodeError) as error:
        return failed(
            f"{host}: {reason_of(error)}",
            "check the name server of this machine (/etc/resolv.conf) and its network",
        )
    private = [
        str(info[4][0])
        for info in found
        if not ipaddress.ip_address(str(info[4][0]).partition("%")[0]).is_global
    ]
    if private and patient.settings.upstream.proxy is None and patient.settings.upstream.unsafe_url is None:
        return failed(
            f"{host}: leads to {private[0]}, which is no public address: nothing is sent there",
            "look into /etc/hosts, VPN and name server: something answers in Binance's place",
        )
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


CHECK = Check(name="dns", looks_at="the names of the exchange's hosts", run=run)
