"""A request in parts: octets that nobody changed stay as they were."""

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending.draft import Draft, draft_of, fact, names_in
from proxy.core.findings import Finding, Strength
from proxy.core.wire import BodyKind
from tests.core.diagnosis.checks import request

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def draft(body: bytes = b"", kind: BodyKind = BodyKind.EMPTY) -> Draft:
    return Draft("POST", "api.binance.com", b"/x", (b"a=%62", b"b=1"), (b"a=2",), body, kind)


def test_a_request_is_taken_apart() -> None:
    found = draft_of(ParsedRequest(request("POST /x?a=1&&=x&b=%62", body="c=3", headers=FORM)))
    assert (found.query, found.form, found.body, found.kind) == (
        (b"a=1", b"b=%62"),
        (b"c=3",),
        b"",
        BodyKind.FORM,
    )


def test_names_lose_the_rest_of_an_html_ampersand() -> None:
    found = draft_of(ParsedRequest(request("POST /x?a=1&amp;b=amp;2", body="c=3&amp;d=4", headers=FORM)))
    assert found.pairs == (b"a=1", b"b=amp;2", b"c=3", b"d=4")


def test_values_and_names_change_wherever_they_stand_and_nothing_else() -> None:
    changed = draft().with_value("a", lambda text: text + " c")
    assert (changed.query, changed.form) == ((b"a=b%20c", b"b=1"), (b"a=2%20c",))
    renamed = draft().with_name("a", "z")
    assert (renamed.query, renamed.form) == ((b"z=%62", b"b=1"), (b"z=2",))
    assert draft().without("a").pairs == (b"b=1",)


def test_members_of_a_json_body() -> None:
    one = draft(b'{"m": 1.50, "n": "x"}', BodyKind.JSON)
    assert one.with_name("m", "o").body == b'{"o":1.50,"n":"x"}'
    assert one.without("n").body == b'{"m":1.50}'
    assert draft(b"[1]", BodyKind.JSON).fields == draft(b"{", BodyKind.JSON).fields == {}


def test_facts_by_name() -> None:
    finding = Finding("r", Strength.PROVEN, "", "", (("parameter", "a, b"), ("digits", 19)))
    assert (fact(finding, "digits"), fact(finding, "meant"), names_in(finding)) == ("19", None, ("a", "b"))
