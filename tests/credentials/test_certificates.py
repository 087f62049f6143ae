"""The listener's certificate, read back and used. That clients trust it: tests/cli/test_certificate.py."""

import datetime as dt
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store

from proxy.credentials.certificates import make_certificates

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
MADE = make_certificates(["localhost", "gateway", "127.0.0.1", "::1"], NOW)
AUTHORITY, SERVER = (x509.load_pem_x509_certificate(text.encode()) for text in (MADE.authority, MADE.server))


def test_the_names_stand_in_it_as_what_they_are() -> None:
    names = SERVER.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "gateway"]
    assert names.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address("127.0.0.1"),
        ipaddress.ip_address("::1"),
    ]


def test_it_holds_from_a_day_before_for_825_days() -> None:
    for one in (AUTHORITY, SERVER):
        assert one.not_valid_before_utc == dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
        assert one.not_valid_after_utc - one.not_valid_before_utc == dt.timedelta(days=825)


def test_the_authority_may_sign_and_the_server_may_not() -> None:
    for one, signs in ((AUTHORITY, True), (SERVER, False)):
        constraints = one.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = one.extensions.get_extension_for_class(x509.KeyUsage)
        assert constraints.critical
        assert usage.critical
        assert constraints.value.ca is signs
        assert (usage.value.key_cert_sign, usage.value.crl_sign) == (signs, signs)
        assert usage.value.digital_signature is not signs
    length = AUTHORITY.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    assert length == 0, "no authority below it"
    purposes = SERVER.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_whoever_trusts_the_authority_trusts_this_server_for_its_names() -> None:
    builder = PolicyBuilder().store(Store([AUTHORITY])).time(NOW)
    for name in (x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))):
        chain = builder.build_server_verifier(name).verify(SERVER, [])
        assert chain == [SERVER, AUTHORITY]


def test_the_private_key_is_the_servers_and_the_authoritys_is_nowhere() -> None:
    private = load_pem_private_key(MADE.private_key.reveal(), None)
    assert private.public_key() == SERVER.public_key()
    assert AUTHORITY.public_key() != SERVER.public_key()
    assert "PRIVATE" not in MADE.authority + MADE.server
    assert MADE.private_key.reveal().count(b"-----BEGIN") == 1


def test_each_one_is_made_anew() -> None:
    other = make_certificates(["localhost"], NOW)
    assert (other.authority, other.server) != (MADE.authority, MADE.server)
    assert other.private_key.reveal() != MADE.private_key.reveal()
