"""Why a connection could not be made, in words of our own: never the text of an error, which may hold anything.

`strerror` texts and OpenSSL's are the system's; a proxy's or a resolver plug-in's may be anybody's.
"""

import errno
import re
import socket
import ssl
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NAMES: Final[Mapping[int, str]] = MappingProxyType(
    {
        socket.EAI_NONAME: "name not found",
        getattr(socket, "EAI_NODATA", socket.EAI_NONAME): "name has no address",
        socket.EAI_AGAIN: "the name server does not answer",
        socket.EAI_FAIL: "the name server failed",
    }
)
_SYSTEM: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ECONNREFUSED: "connection refused",
        errno.ECONNRESET: "connection reset",
        errno.ENETUNREACH: "network unreachable",
        errno.EHOSTUNREACH: "no route to the host",
        errno.ETIMEDOUT: "timed out",
        errno.EACCES: "forbidden by this machine (a firewall?)",
        errno.EPERM: "forbidden by this machine (a firewall?)",
        errno.EADDRNOTAVAIL: "the local address is none of this machine",
        errno.EMFILE: "too many open files",
        errno.EAGAIN: "too many questions at once",
    }
)
_CERTIFICATES: Final[Mapping[int, str]] = MappingProxyType(
    {
        9: "the certificate is not valid yet (is this machine's clock right?)",
        10: "the certificate has expired (is this machine's clock right?)",
        18: "the certificate is self-signed",
        19: "a self-signed certificate is in the chain",
        20: "the certificate is of an authority that is not trusted here",
        21: "the certificate cannot be verified",
        62: "the certificate is for another name",
        64: "the certificate is for another address",
    }
)
"""X509_V_ERR_* of OpenSSL's x509_vfy.h."""
_TLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "WRONG_VERSION_NUMBER": "what answers does not speak TLS",
        "HTTP_REQUEST": "what answers speaks plain HTTP",
        "UNEXPECTED_EOF_WHILE_READING": "the connection was cut in the handshake",
    }
)
_CONSTANT: Final = re.compile(r"[A-Z0-9_]{3,60}")


def reason_of(error: BaseException) -> str:
    """The reason in a few words; the class of the error where no more is known."""
    match error:
        case ssl.SSLCertVerificationError():
            return _CERTIFICATES.get(error.verify_code, f"the certificate is not valid ({error.verify_code})")
        case ssl.SSLError():
            name = getattr(error, "reason", None) or ""  # only the module ssl sets it
            return _TLS.get(name) or (
                name.lower().replace("_", " ") if _CONSTANT.fullmatch(name) else "TLS failed"
            )
        case socket.gaierror():
            return _NAMES.get(error.errno or 0, "the name cannot be looked up")
        case UnicodeError():
            return "this can be no name"
        case TimeoutError() if error.errno is None:
            return "timed out"
        case OSError():
            return _SYSTEM.get(error.errno or 0, type(error).__name__)
        case _:
            return type(error).__name__
