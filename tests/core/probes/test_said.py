"""What one answer says about the key, by status and code."""

import pytest

from proxy.core.catalogue import Needs
from proxy.core.probes import Leaf, Probe, Recomputed, Said, Side, said
from proxy.core.probes.said import number

ACCOUNT, OPTIONS = "/api/v3/account", "/eapi/v1/account"

TOLD = [
    # status, code, message, what it says
    (200, None, "", Said.TAKEN),
    (200, "000000", "", Said.TAKEN),
    (200, "83229", "", Said.TAKEN),  # a business error behind the signature
    (299, None, "", Said.TAKEN),
    (300, None, "", Said.OTHER),
    (400, -1013, "", Said.TAKEN),
    (400, -2010, "", Said.TAKEN),
    (400, -2011, "", Said.TAKEN),
    (400, -2013, "", Said.TAKEN),
    (400, -1002, "", Said.NOT_AUTHORIZED),
    (404, -1099, "", Said.NOT_AUTHORIZED),
    (400, -1021, "", Said.TIME),
    (400, -5028, "", Said.TIME),
    (400, -1022, "", Said.SIGNATURE),
    (401, -2008, "", Said.KEY_UNKNOWN),
    (400, "-2008", "", Said.KEY_UNKNOWN),
    (200, "-2008", "", Said.KEY_UNKNOWN),
    (401, -2014, "", Said.KEY_FORM),
    (401, -2015, "", Said.KEY_REFUSED),
    (401, None, "", Said.OTHER),
    (400, -1100, "", Said.OTHER),
    (400, -1102, "", Said.OTHER),
    (400, "ILLEGAL_PARAMETERS", "", Said.OTHER),
    (429, -1003, "", Said.LIMITED),
    (429, None, "", Said.LIMITED),
    (400, -1003, "", Said.LIMITED),
    (400, -1015, "", Said.LIMITED),
    (418, None, "", Said.BANNED),
    (429, -1003, "Way too much request weight used; IP banned until 1.", Said.BANNED),
    (403, None, "", Said.FIREWALL),
    (403, -1011, "", Said.OTHER),
    (451, None, "", Said.LOCATION),
    (400, 0, "Service unavailable from a restricted location according to b.", Said.LOCATION),
    (500, None, "", Said.FAILING),
    (503, -1008, "", Said.FAILING),
    (400, -1000, "", Said.FAILING),
    (499, None, "", Said.OTHER),
    (None, None, "", Said.NOTHING),
]


def probe(status: int | None, code: int | str | None, message: str = "", path: str = ACCOUNT) -> Probe:
    return Probe(
        method="GET", path=path, host="h", account="a", at_ms=0, status=status, code=code, message=message
    )


@pytest.mark.parametrize(("status", "code", "message", "says"), TOLD)
def test_what_an_answer_says(status: int | None, code: int | str | None, message: str, says: Said) -> None:
    assert said(probe(status, code, message)) is says


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [(200, None, Said.PUBLIC), (401, -2008, Said.OTHER), (418, None, Said.BANNED), (503, None, Said.FAILING)],
)
def test_a_public_endpoint_says_nothing_of_a_key(status: int, code: int | None, says: Said) -> None:
    one = Probe(
        method="GET",
        path="/api/v3/time",
        host="h",
        account="a",
        at_ms=0,
        needs=Needs.NONE,
        status=status,
        code=code,
    )
    assert said(one) is says


def test_options_tell_their_limit_by_another_number() -> None:
    assert said(probe(429, -1008, path=OPTIONS)) is Said.LIMITED
    assert said(probe(400, -1008, path=OPTIONS)) is Said.LIMITED
    assert said(probe(400, -1008)) is Said.FAILING


@pytest.mark.parametrize(
    ("code", "as_number"),
    [
        (-2008, -2008),
        ("-2008", -2008),
        ("000000", 0),
        ("83229", 83229),
        (None, None),
        ("", None),
        ("-", None),
        ("--1", None),
        ("ILLEGAL", None),
        ("٣", None),
        ("1" * 9, 111_111_111),
        ("1" * 10, None),
    ],
)
def test_a_code_as_a_number(code: int | str | None, as_number: int | None) -> None:
    assert number(code) == as_number


def test_a_probe_without_an_answer_says_nothing() -> None:
    one = Probe(method="GET", path=ACCOUNT, host="h", account="a", at_ms=0)
    assert said(one) is Said.NOTHING
    assert (one.needs, one.signature, one.code, one.message, one.fault) == (
        Needs.SIGNED, Recomputed.UNCHECKED, None, "", "",
    )  # fmt: skip
    assert (
        one.round_trip_ms,
        one.clock_offset_ms,
        one.recv_window_ms,
        one.weight_used,
        one.retry_after_s,
    ) == (None,) * 5


def test_the_words_that_programs_read() -> None:
    """They stand in JSON, reports and stored sweeps."""
    assert [one.value for one in Recomputed] == ["right", "wrong", "unchecked"]
    assert [one.value for one in Side] == ["yours", "binance", "nobody", "unknown"]
    assert [one.value for one in Leaf] == [
        "works", "key-unknown", "wrong-environment", "address-not-allowed", "permission-missing", "refused-here-only",
        "flapping", "own-clock", "signature-wrong", "key-form", "banned", "rate-limited", "firewall",
        "restricted-location", "exchange-failing", "unknown",
    ]  # fmt: skip
    assert [one.value for one in Said] == [
        "taken", "public", "key unknown", "key form", "key refused", "not authorized", "time", "signature", "limited",
        "banned", "firewall", "location", "failing", "nothing", "other",
    ]  # fmt: skip
