"""Generated hostile inputs, and what holds whatever comes: the gateway lives on, and Binance sees only clean ones."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from tests.hostile.house import House, Talk, assert_refusal, house
from tests.hostile.mutations import FIELDS, MUTATIONS, PLACES, smuggled

RUN = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=1"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("generated")) as running:
        yield running


def hit(gateway: House, octets: bytes) -> tuple[Talk, list[bytes]]:
    """Send, check the invariants, and return what came back and the targets that the exchange saw."""
    gateway.upstream.take()
    talk = gateway.talk(octets)
    seen = gateway.upstream.take()
    assert talk.torn == b""
    assert talk.answers or talk.closed
    assert len(seen) == talk.statuses.count(200), "what was refused reached the exchange, or the reverse"
    for request in seen:
        gateway.assert_clean(request)
    for answer in talk.answers:
        if answer.status != 200:
            assert_refusal(answer)
    assert gateway.good() < 1
    return talk, [request.target for request in seen]


def test_there_are_enough_mutations() -> None:
    assert len(set(MUTATIONS)) == len(MUTATIONS) >= 60
    assert len(PLACES) >= 3


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_smuggled(field: str, place: str, gateway: House) -> None:
    """One request in, at most one out: the text in the body is never taken for a request."""
    for mutation, octets in smuggled(field, place):
        talk, seen = hit(gateway, octets)
        assert len(talk.answers) <= 1, (mutation, talk)
        assert not any(b"SMUGGLED" in target.partition(b"&timestamp=")[0] for target in seen), mutation
        if any(octet < 0x20 and octet != 0x09 for octet in mutation) and mutation != b"\r\nX: y\r\n":
            assert 200 not in talk.statuses, (mutation, talk)


WITHDRAW = b"/sapi/v1/capital/withdraw/apply"
_TRICKS = [
    b"..", b".", b"/", b"//", b"\\", b";", b"%2e", b"%2f", b"%5c", b"%00", b"%", b"#", b"?", b"@", b"*", b"\x00", b"\xc3\xa9",
    b"\t", b" ", b"/./", b"/../", b"a", b"A", b"~", b"%63", b"%252f", b";x=1", b"http://x", b":80", b"\xff", b"+", b"&",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, text: bytes) -> bytes:
    """The text with one to three tricks put in, or with letters in another case or escaped."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(("insert", "replace", "case", "escape", "cut"))):
            case "insert":
                text = text[:at] + draw(st.sampled_from(_TRICKS)) + text[at:]
            case "replace":
                text = text[:at] + draw(st.sampled_from(_TRICKS)) + text[at + 1 :]
            case "case":
                text = text[:at] + text[at : at + 1].swapcase() + text[at + 1 :]
            case "escape" if at < len(text):
                text = text[:at] + b"%%%02x" % text[at] + text[at + 1 :]
            case _:
                text = text[:at] + text[at + 1 :]
    return text


@RUN
@given(path=mutated(WITHDRAW))
def test_no_spelling_of_a_path_gets_money_out(path: bytes, gateway: House) -> None:
    octets = b"POST %b HTTP/1.1\r\nHost: localhost\r\n%b" % (path, FORM)
    assert hit(gateway, octets)[1] == []


@RUN
@given(path=mutated(b"/api/v3/account"))
@example(path=b" /api/v3/account ")
def test_a_path_goes_out_as_it_came_or_not_at_all(path: bytes, gateway: House) -> None:
    """Blanks around it part the words of the request line and are no part of it (RFC 9112 section 3)."""
    _, seen = hit(gateway, b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path)
    assert [target.partition(b"?")[0] for target in seen] in ([], [path.strip(b" ").partition(b"?")[0]])
    for target in seen:
        assert re.fullmatch(rb"(/[A-Za-z0-9_-]+){2,}", target.partition(b"?")[0])


_LINE = st.binary(max_size=40).filter(lambda text: not {10, 13} & set(text))


@RUN
@given(host=mutated(b"localhost:8180") | mutated(b"127.0.0.1") | mutated(b"[::1]:8180") | _LINE)
def test_only_a_local_host_is_let_in(host: bytes, gateway: House) -> None:
    host = host.replace(b"\r", b"").replace(b"\n", b"")
    talk, _ = hit(gateway, b"GET /api/v3/account HTTP/1.1\r\nHost: %b\r\n\r\n" % host)
    name, colon, port = host.strip(b" \t").rpartition(b":")
    if not colon or b"]" in port:
        name, port = host.strip(b" \t"), b"1"
    local = name.lower() in (b"localhost", b"127.0.0.1", b"[::1]") and port.isdigit()
    assert local or 200 not in talk.statuses


@RUN
@given(origin=mutated(b"http://127.0.0.1:8180") | mutated(b"null") | _LINE, post=st.booleans())
def test_no_origin_is_let_in(origin: bytes, post: bool, gateway: House) -> None:
    line = b"Origin: " + origin.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n"
    octets = (
        b"POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\n" + line + FORM
        if post
        else b"GET /api/v3/account HTTP/1.1\r\nHost: localhost\r\n" + line + b"\r\n"
    )
    assert hit(gateway, octets)[1] == []
