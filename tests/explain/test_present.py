"""The explanation for people."""

import re
from functools import cache

import pytest
from hypothesis import example, given, settings, strategies as st
from msgspec.structs import replace

from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.core.wire import RawRequest
from proxy.explain.found_request import SeenRequest
from proxy.explain.masks import Masks
from proxy.explain.present import Page, as_text, title
from proxy.explain.reading import read_requests
from proxy.explain.verdict import Explained, explain
from tests.explain.cases import Case, as_raw, recorded
from tests.explain.test_verdict import keys_of

FIRST = list({case.label: case for case in reversed(recorded())}.values())


@cache
def told(case: Case) -> Explained:
    (seen,) = read_requests(as_raw(case, answered=True))
    return explain(seen, keys_of(case))


def masks_of(case: Case) -> Masks:
    return Masks([Secret(case.secret.encode())])


def case_of(label: str) -> Case:
    return next(case for case in FIRST if case.label == label)


def test_a_mistake_in_full() -> None:
    case = case_of("scope-path-included")
    text = as_text(told(case), masks_of(case), Page(80))
    lines = text.split("\n")
    assert lines[0] == "GET api3.binance.com/api/v3/myTrades  ->  400 -1022"
    assert lines[1].startswith("read as:  raw HTTP request; method GET; ")
    assert lines[4] == "proven: scope-path-included"
    assert lines[6].startswith("signed    /api/v3/myTrades?symbol=SOLUSDC&limit=500&recvWindow=5000")
    assert lines[7] == "expected  symbol=SOLUSDC&limit=500&recvWindow=5000&timestamp=1775345317901"
    assert lines[8] == "          ^ octet 0"
    assert lines[10].startswith("do this   ")
    assert "signature=********" in text.replace("\n  ", "")


@pytest.mark.parametrize("width", [40, 80, 132])
def test_a_screen_is_enough_and_no_line_is_too_long(width: int) -> None:
    for case in FIRST:
        lines = as_text(told(case), masks_of(case), Page(width)).split("\n")
        longest = max(len(line) for line in lines if not re.match(r"(proven|likely|possible)[^:]*: ", line))
        assert longest <= width, case
        assert len(lines) <= (24 if width >= 80 else 40), case


def test_no_secret_is_ever_shown() -> None:
    for case in FIRST:
        text = as_text(told(case), masks_of(case), Page(160))
        assert case.secret not in text.replace("\n  ", ""), case
        if case.signature == "ok":
            assert re.search(r"signature=[0-9a-f]{16}", text) is None, case


def test_a_right_request_hears_it() -> None:
    text = as_text(told(case_of("ok")), Masks(), Page())
    assert "Nothing is wrong with this request." in text
    assert "Your signature is correct." in text


def test_colour_is_the_caller_s_business() -> None:
    case = case_of("scope-path-included")
    painted = as_text(told(case), masks_of(case), Page(80, lambda text, style: f"<{style}>{text}</>"))
    assert "<bad>/</>api/v3/myTrades" in painted
    assert "<good>s</>ymbol" in painted
    assert "</>" not in as_text(told(case), masks_of(case), Page(80))


def test_an_unnamed_mistake_says_what_was_tried() -> None:
    case = case_of("ok")
    (seen,) = read_requests(as_raw(case))
    other = replace(keys_of(case)[0], signing=HmacKey(Secret(b"another" * 8)))
    text = as_text(explain(seen, (other,)), Masks(), Page(80))
    assert "does not fit" in text or "secret" in text


HOSTILE = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["\x1b[2J", "\u202e", "\r", "\x9b31m", "\u2028"]
)


@settings(deadline=None)
@example("GET", "x", "\ud800 \udcff", b"", 80)
@given(HOSTILE, HOSTILE, HOSTILE, st.binary(max_size=60), st.integers(1, 300))
def test_nothing_in_a_request_reaches_the_terminal_as_a_control(
    method: str, host: str, corrected: str, octets: bytes, width: int
) -> None:
    seen = SeenRequest(RawRequest(method, b"/" + octets, ()), "test", host=host)
    finding = Finding(
        "rule", Strength.PROVEN, "It is wrong.", "Mend it.", (), Proof(octets, b"a" + octets, 0)
    )
    diagnosis = Diagnosis(Verdict.MISTAKEN, SignatureState.INVALID, (finding,), corrected)
    text = as_text(Explained(seen, diagnosis), Masks(), Page(width))
    assert all(line.isprintable() for line in text.split("\n"))
    assert "\n" not in title(Explained(seen, diagnosis), Masks(), 80)


def test_where_no_right_request_can_be_shown_the_reason_is() -> None:
    diagnosis = Diagnosis(
        Verdict.MISTAKEN,
        SignatureState.VALID,
        (Finding("filter-lot-size", Strength.LIKELY, "The quantity is no multiple.", "Round it."),),
        left_out="which value to send is for you to choose",
    )
    shown = as_text(Explained(told(case_of("scope-path-included")).seen, diagnosis), Masks(()), Page(120))
    assert (
        "mended    The request as it should be is left out: which value to send is for you to choose."
        in shown
    )
    assert "as it should be (" not in shown
