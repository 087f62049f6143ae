"""A throw-away certificate authority. Its keys live as long as the process."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Authority:
    """Issues server certificates; `file` is what a client trusts."""

    def __init__(self, directory: Path, name: str = "test authority") -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = self._builder(self._name, self._key.public_key(), days=1).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.certificate = own.sign(self._key, hashes.SHA256())
        self.file = directory / f"{name.replace(' ', '-')}.pem"
        self.file.write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def context(
        self, address: str = "127.0.0.1", *, days: int = 1, names: tuple[str, ...] = ()
    ) -> ssl.SSLContext:
        """A server context with a certificate of its own, see `issue`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.issue(address, days=days, names=names))
        return context

    def issue(self, address: str = "127.0.0.1", *, days: int = 1, names: tuple[str, ...] = ()) -> Path:
        """A file with certificate and key for an address and names; negative `days` make one that has expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test server")]), key.public_key(), days=days
        ).add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address(address)), *map(x509.DNSName, names)]
            ),
            critical=False,
        )
        file = self._directory / f"server-{address}-{days}.pem"
        file.write_bytes(
            builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)
            + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        return file

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, days: int
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        end = now + dt.timedelta(days=days)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, end) - dt.timedelta(days=2))
            .not_valid_after(end)
        )
