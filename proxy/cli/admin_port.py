"""Asks running gateways on their admin ports, for verbs that change something there or show what is private."""

import http.client
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from proxy.admin.token import AdminPort, admin_ports
from proxy.config.addresses import reached_at
from proxy.core.errors import GatewayError
from proxy.core.foreign import Foreign

_TIMEOUT_SECONDS: Final = 5.0
_MOST_OCTETS: Final = 4 * 1024 * 1024


class Told(msgspec.Struct, frozen=True):
    """What an admin port answered: a JSON object."""

    status: int
    body: Mapping[str, Any]

    @property
    def message(self) -> str:
        """Of a refusal, in words."""
        said = str(self.body.get("msg", f"HTTP {self.status}")).removeprefix("gateway: ")
        return Foreign(said).terminal()


def find_gateways(directory: Path, address: str | None) -> list[AdminPort]:
    """The admin ports to be asked: those of the journal directory, or the one at this HOST:PORT.

    Raises GatewayError where there is none.
    """
    found = admin_ports(directory)
    if not found:
        raise GatewayError(
            f"there is no admin token in {directory}",
            "is the gateway running, with an admin port? name its journal's directory with --journal",
        )
    if address is not None:  # no file tells which of the tokens is its own
        return [AdminPort(f"http://{address}", port.token) for port in found]
    return [port for port in found if port.url]


def ask(port: AdminPort, method: str, path: str) -> Told | None:
    """One request with the token; None where nobody answers, or it is not ours."""
    where = urlsplit(port.url)
    host = reached_at(where.hostname or "")
    connection = http.client.HTTPConnection(host, where.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request(
            method, path, headers={"Host": "localhost", "Authorization": f"Bearer {port.token}"}
        )
        answer = connection.getresponse()
        body = msgspec.json.decode(answer.read(_MOST_OCTETS), type=dict[str, Any])
    except (OSError, http.client.HTTPException, msgspec.MsgspecError):
        return None
    finally:
        connection.close()
    return Told(answer.status, body) if answer.status != 401 else None
