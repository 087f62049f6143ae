"""Every decision tree on the answers it is for: what it concludes, and what it leaves alone."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.all_verdicts import VERDICTS
from proxy.core.diagnosis.examination.observation import Neighbour, Observation
from proxy.core.findings import Diagnosis, SignatureState, Strength, Verdict
from tests.core.diagnosis.checks import NOW, request, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
ADS = f"POST /sapi/v1/c2c/ads/search?timestamp={NOW}"
ORDER = f"POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2&timestamp={NOW}"
WEB = {"clientType": "web", "Content-Type": "application/json"}


def first(observation: Observation) -> tuple[str, str]:
    diagnosis = engine.diagnose(observation)
    assert diagnosis.findings
    return diagnosis.findings[0].rule, diagnosis.findings[0].strength.value


def ads(**more: object) -> Observation:
    return signed(ADS, body='{"asset":"USDT"}', headers=WEB, **more)


ANSWERS = (
    (
        signed(ACCOUNT, code=-1021, msg="Timestamp for this request was 1000ms ahead of the server's time."),
        "ts-ahead",
        "likely",
    ),
    (
        signed(ACCOUNT, code=-1021, msg="Timestamp for this request is outside of the recvWindow."),
        "ts-behind",
        "likely",
    ),
    (signed(ACCOUNT, code=-1021, at=NOW + 9000), "ts-behind", "proven"),
    (signed(ACCOUNT, code=-1022), "secret-of-another-key", "likely"),
    (request(f"{ACCOUNT}&signature=" + "Zz" * 20, code=-1022), "alg-signature-not-hex", "likely"),
    (signed(ACCOUNT, code=-1003, status=429), "limit-429", "proven"),
    (signed(ACCOUNT, code=-1003, status=418), "limit-banned", "proven"),
    (signed(ORDER, code=-1015, status=429), "limit-orders", "proven"),
    (signed(ACCOUNT, status=403, raw_answer=b"<html>Request blocked</html>"), "limit-403-waf", "proven"),
    (signed(ACCOUNT, status=451, raw_answer=b"Service unavailable"), "perm-restricted-location", "proven"),
    (signed(ACCOUNT, code=-2008, status=401), "key-unknown", "likely"),
    (signed(ACCOUNT, code=-2008, status=401, key="0a" * 32), "key-testnet-on-live", "likely"),
    (ads(code=-2008), "perm-c2c-not-enabled", "possible"),
    (signed(ACCOUNT, code=-2015, status=401), "perm-ip-not-whitelisted", "likely"),
    (signed(ACCOUNT, code=-1002, status=401), "perm-not-authorized", "likely"),
    (signed(ORDER, code=-1121), "param-symbol-unknown", "likely"),
    (signed(ORDER, code=-1104), "param-unknown-name", "likely"),
    (
        signed(ORDER, code=-1106, msg="Parameter 'timeInForce' sent when not required."),
        "param-not-required",
        "likely",
    ),
    (signed(ORDER, code=-1111), "param-too-precise", "likely"),
    (
        signed(ORDER, code=-1102, msg="Mandatory parameter 'stopPrice' was not sent"),
        "param-mandatory-missing",
        "likely",
    ),
    (
        ads(status=200, answer={"code": "83229", "success": False, "data": None}),
        "c2c-merchant-resting",
        "proven",
    ),
    (
        ads(status=200, answer={"code": "999999", "success": False, "data": None}),
        "answer-business-error",
        "likely",
    ),
    (ads(code=-9000, msg="187049 remaining amount changed"), "c2c-volume-out-of-step", "likely"),
    (ads(code=-9000, msg="El precio: rango limitado"), "c2c-price-band", "likely"),
    (ads(code=-9000, msg="something else"), "answer-wrapped-error", "likely"),
    (ads(status=200, answer={"code": "83664", "success": False}), "c2c-payment-method-shape", "likely"),
)


@pytest.mark.parametrize(("observation", "rule", "strength"), ANSWERS)
def test_each_kind_of_answer_is_concluded_from(observation: Observation, rule: str, strength: str) -> None:
    assert first(observation) == (rule, strength)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_accuses_nobody_and_calls_the_outcome_of_a_write_unknown(status: int) -> None:
    diagnosis = engine.diagnose(signed(ORDER, status=status, raw_answer=b"<html></html>"))
    assert diagnosis.verdict is Verdict.UNKNOWN
    assert diagnosis.signature is SignatureState.VALID
    assert any("outcome" in f.rule for f in diagnosis.findings)
    assert any("unknown" in note for note in diagnosis.notes)


@pytest.mark.parametrize("code", [-2010, -1013])
def test_a_business_refusal_says_that_the_signature_was_accepted(code: int) -> None:
    diagnosis = engine.diagnose(signed(ORDER, code=code))
    assert diagnosis.findings == ()
    assert any("accepted" in note for note in diagnosis.notes)


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.name)
def test_no_verdict_speaks_about_a_success(verdict: object) -> None:
    diagnosis = engine.diagnose(signed(ACCOUNT, status=200, raw_answer=b'{"balances":[]}'))
    assert diagnosis.verdict is Verdict.CORRECT
    assert diagnosis.findings == ()


def neighbour(path: str, status: int, code: int | None, at: int = NOW) -> Neighbour:
    return Neighbour("POST", path, status, code, at)


SEARCH = "/sapi/v1/c2c/ads/search"


def with_neighbours(*neighbours: Neighbour) -> Diagnosis:
    return engine.diagnose(ads(code=-2008, at=NOW, neighbours=neighbours))


def test_a_key_that_authenticates_elsewhere_in_the_same_minute_is_not_the_clients_fault() -> None:
    diagnosis = with_neighbours(
        neighbour("/api/v3/account", 200, None),
        neighbour("/sapi/v1/c2c/merchant/getAdDetails", 200, None),
        neighbour("/api/v3/order", 400, -2010),
        neighbour("/sapi/v1/c2c/orderMatch/listOrders", 400, -2008),
        neighbour("/sapi/v1/c2c/ads/getReferencePrice", 400, -2008),
    )
    assert diagnosis.findings[0].rule == "perm-c2c-not-enabled"
    assert diagnosis.findings[0].strength is Strength.PROVEN
    assert (
        "Your key authenticates on 3 endpoints and is refused (-2008) on 3 in the same second: not fixable on the client."
        in diagnosis.notes
    )


def test_a_key_refused_everywhere_is_unknown() -> None:
    diagnosis = with_neighbours(
        neighbour("/api/v3/account", 401, -2008), neighbour("/sapi/v1/capital/config/getall", 401, -2008)
    )
    assert diagnosis.findings[0].rule == "key-unknown"


def test_a_key_that_a_testnet_takes_is_of_another_environment() -> None:
    told = with_neighbours(Neighbour("GET", "/api/v3/account", 200, None, NOW, "testnet.binance.vision"))
    assert (told.findings[0].rule, told.findings[0].strength) == ("key-testnet-on-live", Strength.PROVEN)


def test_public_endpoints_say_nothing_about_a_key() -> None:
    diagnosis = with_neighbours(Neighbour("GET", "/api/v3/time", 200, None, NOW))
    assert diagnosis.findings[0].strength is Strength.POSSIBLE


@pytest.mark.parametrize(
    ("ago_ms", "status", "rule"),
    [
        (5000, 200, "perm-key-flapping"),
        (3_600_000, 200, "perm-key-flapping"),
        (3_600_001, 200, "perm-c2c-not-enabled"),
        (5000, 429, "perm-c2c-not-enabled"),
    ],
)
def test_an_endpoint_that_took_the_key_within_the_hour_is_flapping(
    ago_ms: int, status: int, rule: str
) -> None:
    first = with_neighbours(neighbour("/sapi/v1/c2c/ads/search", status, None, NOW - ago_ms)).findings[0]
    assert first.rule == rule
    assert "not fixable" not in first.says  # without a control it may have been deleted meanwhile


@pytest.mark.parametrize(
    ("others", "strength"),
    [
        ([("/api/v3/account", 200, None, 0), (SEARCH, 200, None, 5000)], Strength.LIKELY),
        ([(SEARCH, 400, -2008, 9000), (SEARCH, 200, None, 5000)], Strength.PROVEN),
    ],
)
def test_an_endpoint_that_takes_and_refuses_the_key_is_not_the_clients_fault(
    others: list[tuple[str, int, int | None, int]], strength: Strength
) -> None:
    seen = (neighbour(path, status, code, NOW - ago) for path, status, code, ago in others)
    first = with_neighbours(*seen).findings[0]
    assert (first.rule, first.strength) == ("perm-key-flapping", strength)
    assert "not fixable" in first.says


def test_an_unknown_key_whose_first_calls_are_c2c_is_never_called_not_fixable() -> None:
    """Each call in turn, until a control call tells that the key is unknown elsewhere, too."""
    seen: list[Neighbour] = []
    for path in ("/sapi/v1/c2c/ads/getAds", "/sapi/v1/c2c/chat/retrieveChatCredential", "/api/v3/account"):
        told = with_neighbours(*seen)
        words = " ".join([*told.notes, *(f"{one.says} {one.remedy}" for one in told.findings)])
        assert "not fixable" not in words
        assert {one.strength for one in told.findings} == {Strength.POSSIBLE}
        seen.append(neighbour(path, 400, -2008))
    told = with_neighbours(*seen)
    assert (told.findings[0].rule, told.findings[0].strength) == ("key-unknown", Strength.LIKELY)


def test_a_flapping_endpoint_of_which_no_time_is_known_is_not_called_so() -> None:
    one = neighbour("/sapi/v1/c2c/ads/search", 200, None)
    observation = request(
        f"{ADS.partition('?')[0]}?recvWindow=5000", code=-2008, body="{}", neighbours=(one,)
    )
    assert "perm-key-flapping" not in {finding.rule for finding in engine.diagnose(observation).findings}


def test_a_key_without_a_call_that_worked_is_nobodys_fault_yet() -> None:
    told = with_neighbours()
    assert "not fixable" not in " ".join([told.findings[0].says, told.findings[0].remedy, *told.notes])


def test_minus_2015_on_an_endpoint_that_took_the_key_is_another_address() -> None:
    others = (Neighbour("POST", "/api/v3/order", 200, None, NOW - 5000),)
    found = engine.diagnose(signed(ORDER, code=-2015, status=401, at=NOW, neighbours=others)).findings[0]
    assert (found.rule, "may have changed" in found.says) == ("perm-ip-not-whitelisted", True)


def test_neighbours_turn_minus_2015_from_address_to_permission() -> None:
    others = (neighbour("/api/v3/account", 200, None),)
    assert first(signed(ORDER, code=-2015, status=401))[0] == "perm-ip-not-whitelisted"
    assert first(signed(ORDER, code=-2015, status=401, neighbours=others))[0] == "perm-permission-missing"


def test_a_proven_mistake_is_not_drowned_by_the_verdict() -> None:
    assert first(signed(ACCOUNT, code=-2014, key="undefined")) == ("key-placeholder-or-undefined", "proven")
    assert first(request(ADS, code=-9000, body="{}"))[0] == "place-signature-missing"
