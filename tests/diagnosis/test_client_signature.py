"""Is a client's own signature right? Against the signatures that Binance published."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from proxy.core.catalogue import Catalogue
from proxy.core.diagnosis.examination.engine import Examination
from proxy.core.errors import Refusal, RefusedError
from proxy.core.findings import SignatureState, Strength
from proxy.core.flow import ClockReading, Flow, Timings
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.core.signing.known_key import KnownKey
from proxy.core.wire import RawRequest
from proxy.diagnosis.client_signature import NOT_CHECKED, SignatureCheck, own_signature
from proxy.diagnosis.scheduler import DiagnosisScheduler
from proxy.runtime.background_imports import BackgroundImports
from proxy.runtime.clock import LocalClock
from tests.core.redaction.flows import make_flow

SECRET = HmacKey(Secret(b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"))
"""The published example secret of rest-api.md; the signatures below are the published ones for it."""
ALL = (
    "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
    "&timestamp=1499827319559"
)
IN_ONE = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
MIXED_QUERY = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC"
MIXED_FORM = "quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
MIXED = "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"
V, I, A = SignatureState.VALID, SignatureState.INVALID, SignatureState.ABSENT  # noqa: E741  # a table


@pytest.mark.parametrize(
    ("query", "body", "state"),
    [
        (f"{ALL}&signature={IN_ONE}", "", V),
        ("", f"{ALL}&signature={IN_ONE}", V),
        (MIXED_QUERY, f"{MIXED_FORM}&signature={MIXED}", V),
        (f"{MIXED_QUERY}&signature={MIXED}", MIXED_FORM, V),
        (f"signature={IN_ONE}&{ALL}", "", V),
        (f"{ALL}&signature={IN_ONE.upper()}", "", V),
        (f"{ALL}&signature={IN_ONE[:-1]}0", "", I),
        (f"{ALL}&x=1&signature={IN_ONE}", "", I),
        (f"{ALL}&signature={IN_ONE}&signature=0", "", I),
        (f"{ALL}&signature=%ff%00", "", I),
        (ALL, "", A),
        (f"{ALL}&signature=", "", A),
        ("", "", A),
    ],
)
def test_own_signature(query: str, body: str, state: SignatureState) -> None:
    request = RawRequest("POST", f"/api/v3/order?{query}".encode(), (), body.encode())
    assert own_signature(request, SECRET) is state


VIRTUAL = HmacKey(Secret(b"Wq8fT2mXz5Rk7Yb1Nc4Vd9Hs3Jg6Lp0AQe2Uo8Ri5Ta7Wm1Xk4Zn9Bv3Cy6Df0Gh"))
OTHER = HmacKey(Secret(b"Hs3Jg6Lp0AQe2Uo8Ri5Ta7Wm1Xk4Zn9Bv3Cy6Df0GhWq8fT2mXz5Rk7Yb1Nc4Vd9"))
API_KEY = "kT7mQ2xZ9vB4nW8rL1cY6pD3hJ5gS0fAeU2iO7tR4wX9zN1bV8qM3kC6yH5lP0dG"
OWN = KnownKey("client bot", API_KEY, VIRTUAL)
NOW_MS = 1_784_801_696_789
SIGNED = f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&timestamp={NOW_MS}"
RIGHT = f"{SIGNED}&signature={VIRTUAL.sign(SIGNED.encode())}"
UNKNOWN = f"{SIGNED}&signature={'5e' * 32}"
"""A signature that nothing makes."""
ANOTHERS = f"{SIGNED}&signature={OTHER.sign(SIGNED.encode())}"
"""Made with the secret of another client."""


class StillClock(LocalClock):
    seconds = 5000.0

    def __init__(self) -> None:
        self.monotonic = lambda: self.seconds


class NoModules(BackgroundImports):
    """Loaded, or never."""

    def __init__(self, *, there: bool) -> None:
        super().__init__(())
        self.there = there
        self.waits: list[float] = []

    async def wait_loaded(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return self.there

    async def load(self) -> None:
        self.waits.append(-1)


class Slices(DiagnosisScheduler):
    """Examines to the end, or not at all, and notes for how long it might have."""

    def __init__(self, *, works: bool = True) -> None:
        super().__init__(LocalClock())
        self.works = works
        self.allowed: list[float] = []

    async def run_within(self, examination: Examination, seconds: float, *, enough: Any = None) -> None:
        assert enough is None
        self.allowed.append(seconds)
        while self.works and not examination.run_slice():
            pass

    async def run_in_background(self, examination: Examination, seconds: float) -> None:
        await self.run_within(examination, seconds)


class Setup:
    """A check with everything around it."""

    def __init__(self, *, there: bool = True, works: bool = True) -> None:
        self.clock = StillClock()
        self.background = NoModules(there=there)
        self.slices = Slices(works=works)
        others = (OWN, KnownKey("client other", None, OTHER))
        self.check = SignatureCheck(self.clock, lambda: others, self.background, self.slices)

    async def refuse(self, query: str, own: KnownKey = OWN, **more: Any) -> tuple[Refusal | None, Flow]:
        flow = flow_of(query, **more)
        return await self.check.refusal(flow, own), flow


def flow_of(query: str, own: KnownKey | None = OWN, client: str | None = "bot", path: str = "order") -> Flow:
    endpoint = Catalogue.builtin().find("POST", f"/api/v3/{path}")
    request = RawRequest("POST", f"/api/v3/{path}?{query}".encode(), ((b"X-MBX-APIKEY", API_KEY.encode()),))
    return Flow("id", NOW_MS, request, Timings(0.0), client_name=client, client_key=own, endpoint=endpoint)


async def test_a_right_signature_is_not_refused_and_costs_no_search() -> None:
    setup = Setup(there=False)
    refusal, flow = await setup.refuse(RIGHT)
    assert refusal is None
    assert (flow.diagnosis, setup.background.waits, setup.slices.allowed) == (None, [], [])


async def test_without_a_secret_nothing_is_refused() -> None:
    refusal, _ = await Setup().refuse(UNKNOWN, KnownKey("client plain", "k" * 64, None))
    assert refusal is None


SAYS = "the signature is not the one that this client's virtual secret makes: "
REMEDY = (
    ". Sign with the secret that was shown with this key; if it is lost, `signing-proxy clients rotate NAME` makes a "
    "new pair. A client that cannot sign needs `signature: repair`"
)


async def test_a_wrong_one_is_refused_with_what_made_it() -> None:
    refusal, flow = await Setup().refuse(ANOTHERS)
    assert refusal is not None
    assert (refusal.status, refusal.token) == (401, "client_signature_invalid")
    assert flow.diagnosis is not None
    first = flow.diagnosis.findings[0]
    assert first.rule == "secret-of-other-account"
    assert refusal.message == SAYS + first.says.rstrip(".") + REMEDY
    assert dict(refusal.headers) == {
        "X-Gateway-Diagnosis": f'secret-of-other-account; strength=proven; "{first.says}"; remedy="{first.remedy}";'
        " see=explain:secret-of-other-account"
    }


async def test_one_that_nothing_explains_is_refused_with_that() -> None:
    refusal, flow = await Setup().refuse(UNKNOWN)
    assert refusal is not None
    assert refusal.message == SAYS + "no known mistake explains it" + REMEDY
    assert refusal.headers == ()
    assert flow.diagnosis is not None
    assert flow.diagnosis.findings == ()


async def test_where_time_is_short_that_is_said() -> None:
    refusal, flow = await Setup(works=False).refuse(UNKNOWN)
    assert refusal is not None
    assert refusal.message == SAYS + "why was not found in the time there is" + REMEDY
    assert refusal.headers == ()
    refusal, flow = await Setup(there=False).refuse(UNKNOWN)
    assert refusal is not None
    assert refusal.message == SAYS + "why was not found in the time there is" + REMEDY
    assert (refusal.status, flow.diagnosis) == (401, None)


async def test_a_missing_signature_is_refused_too() -> None:
    refusal, _ = await Setup(works=False).refuse(SIGNED)
    assert refusal is not None
    assert refusal.token == "client_signature_invalid"


async def test_the_long_search_is_made_once_a_minute_for_each_client_and_endpoint() -> None:
    setup = Setup(works=False)
    for seconds, more, allowed in (
        (0, {}, 0.25),
        (0, {}, 0.025),
        (59.5, {}, 0.025),
        (0, {"client": "other"}, 0.25),
        (0, {"path": "order/test"}, 0.25),
        (0.5, {}, 0.25),
        (0.5, {}, 0.025),
        (0, {"client": None}, 0.25),
    ):
        setup.clock.seconds += seconds
        await setup.refuse(UNKNOWN, **more)
        assert (setup.background.waits[-1], setup.slices.allowed[-1]) == (allowed, allowed)


@pytest.mark.parametrize(
    ("query", "rules", "worth"),
    [
        (RIGHT, [], False),
        (SIGNED, ["client-signature-missing"], False),
        (UNKNOWN, ["client-signature-wrong"], True),
    ],
)
def test_under_repair_it_is_noted(query: str, rules: list[str], worth: bool) -> None:
    flow = flow_of(query)
    assert Setup().check.note_signature(flow) is worth
    assert [finding.rule for finding in flow.findings] == rules


def test_what_is_noted_says_what_would_have_been() -> None:
    wrong, missing = flow_of(UNKNOWN), flow_of(SIGNED)
    for flow in (wrong, missing):
        Setup().check.note_signature(flow)
    (one,), (other,) = wrong.findings, missing.findings
    assert (one.strength, other.strength) == (Strength.PROVEN, Strength.POSSIBLE)
    assert "does not fit its virtual secret; the gateway signed the request anew" in one.says
    assert "Binance would answer -1022" in one.remedy
    assert "The client did not sign" in other.says
    assert "signature: require" in other.remedy


def test_under_repair_a_search_is_worth_while_once_a_minute() -> None:
    setup = Setup()
    assert [setup.check.note_signature(flow_of(UNKNOWN)) for _ in range(3)] == [True, False, False]
    setup.clock.seconds += 60
    assert setup.check.note_signature(flow_of(UNKNOWN))


def test_nothing_is_noted_of_whom_nothing_is_known_or_who_was_refused() -> None:
    anonymous, refused = flow_of(UNKNOWN, own=None), flow_of(UNKNOWN)
    refused.refusal = NOT_CHECKED
    for flow in (anonymous, refused):
        assert not Setup().check.note_signature(flow)
        assert flow.findings == []
    assert (NOT_CHECKED.status, NOT_CHECKED.token) == (401, "client_signature_invalid")
    assert "send the request again" in NOT_CHECKED.message


async def test_why_it_was_wrong_is_added_off_the_path() -> None:
    setup, flow = Setup(), flow_of(ANOTHERS)
    setup.check.note_signature(flow)
    await setup.check.explain(flow)
    assert [one.rule for one in flow.findings] == ["client-signature-wrong", "secret-of-other-account"]
    why = flow.findings[1]
    assert why.proof is not None
    assert why.facts[-1] == ("request", "as the client sent it")
    assert (setup.slices.allowed, setup.background.waits) == ([2.0], [-1])


async def test_only_what_is_proved_of_the_signature_is_added() -> None:
    """Symptoms of the request itself are judged once, when Binance has answered."""
    text = f"{SIGNED}&price=0,1"
    flow = flow_of(f"{text}&signature={OTHER.sign(text.encode())}")
    setup = Setup()
    await setup.check.explain(flow)
    assert [one.rule for one in flow.findings] == ["secret-of-other-account"]
    refused = flow_of(f"{text}&signature={OTHER.sign(text.encode())}")
    await setup.check.refusal(refused, OWN)
    assert refused.diagnosis is not None
    assert "param-decimal-comma" in [one.rule for one in refused.diagnosis.findings]


@pytest.mark.parametrize(
    ("clock_ms", "rules"), [(None, []), (NOW_MS, []), (NOW_MS + 4_000_000, ["ts-behind"])]
)
async def test_the_time_that_was_stamped_is_the_one_to_judge_by(
    clock_ms: int | None, rules: list[str]
) -> None:
    """An old time stamp is no mistake of a request that came when it was made."""
    flow = flow_of(ANOTHERS)
    flow.clock = None if clock_ms is None else ClockReading(clock_ms, 0.0, None, "local")
    await Setup().check.refusal(flow, OWN)
    assert flow.diagnosis is not None
    assert [one.rule for one in flow.diagnosis.findings] == ["secret-of-other-account", *rules]


class Fails(SignatureCheck):
    """A check that cannot be made."""

    async def refusal(self, flow: Flow, own: KnownKey) -> Refusal | None:
        raise RuntimeError("test")


class Refuses(SignatureCheck):
    async def refusal(self, flow: Flow, own: KnownKey) -> Refusal | None:
        return Refusal(401, "wrong", "x")


class Takes(SignatureCheck):
    async def refusal(self, flow: Flow, own: KnownKey) -> Refusal | None:
        return None


KEY = KnownKey("client bot", "k", None)


def check_of(kind: type[SignatureCheck]) -> SignatureCheck:
    parts: Any = None  # what it stands on is not asked
    return kind(parts, tuple, parts, parts)


async def test_who_must_sign_right_is_refused_where_that_cannot_be_told() -> None:
    flow = make_flow("GET", b"/api/v3/account")
    with capture_logs() as said, pytest.raises(RefusedError) as refused:
        await check_of(Fails).require(flow, KEY)
    refusal = refused.value.refusal
    assert (refusal.status, refusal.token) == (401, "client_signature_invalid")
    assert said == [
        {
            "event": "diagnosis_failed",
            "log_level": "error",
            "error": "RuntimeError",
            "request_id": flow.request_id,
        }
    ]


async def test_who_must_sign_right_is_refused_or_let_in_by_the_check() -> None:
    flow = make_flow("GET", b"/api/v3/account")
    with pytest.raises(RefusedError) as refused:
        await check_of(Refuses).require(flow, KEY)
    assert refused.value.refusal.token == "wrong"
    await check_of(Takes).require(flow, KEY)
