"""What each section says of a merchant's story, and why it is left out where there is nothing."""

import re
from pathlib import Path
from typing import Any

import pytest

from proxy.core.foreign import Foreign
from proxy.core.redaction.record import ClockRecord
from proxy.evidence.report.blocks import Figure, LeftOut, Section
from proxy.evidence.report.markdown import markdown
from proxy.evidence.report.material import Material
from proxy.evidence.report.page import SECTIONS, sections_of
from proxy.evidence.report.story import story_of
from proxy.journal import Reader
from tests.audit.runs import runs
from tests.evidence.report.stories import MERCHANT, flow, material, refused, story
from tests.hostile.foreign_journal import hostile_journal


def told(title: str, of: Material) -> str:
    """One section as Markdown, without the signs of code."""
    (one,) = (one for one in sections_of(of) if one.title == title)
    return markdown("", [one]).replace("`", "")


SAID: dict[str, list[str]] = {
    "Verdict": [
        "refused-here-only, proven: Your key authenticates on 1 endpoint and is refused (-2008) on 2 in the same second: "
        "not fixable on the client.",
        "| GET /sapi/v1/c2c/chat | 401 -2008 | key unknown | right | 2026-07-23 10:00:21Z |",
        "Next: Send this to Binance support",
    ],
    "What failed": [
        "GET /sapi/v1/c2c/orderMatch/listOrders and 1 more endpoint ended with 401 -2008 (Invalid Api-Key ID.): 3 of 3 "
        "calls, from 2026-07-23T10:00:01.500Z to 2026-07-23T10:00:21.000Z, on api.binance.com.",
        "| GET /sapi/v1/c2c/orderMatch/listOrders | 401 -2008 | Invalid Api-Key ID. | 2 |",
        "Of 1 writes the end was not recorded.",
    ],
    "What worked beside it": [
        "| GET /sapi/v1/c2c/orderMatch/listOrders | 2026-07-23T10:00:20.200Z | 401 -2008 | GET /api/v3/account | "
        "2026-07-23T10:00:20.000Z | 200 | 0.2 s |",
        "| GET /sapi/v1/c2c/chat |",
        "| 1.0 s |",
    ],
    "By endpoint": ["| GET /api/v3/account | 2 | 2 (100 %) | 2x 200 |", "| 2 | 0 (0 %) | 2x 401 -2008 |"],
    "Timeline": ["![calls by endpoint and time; a dot is good, a cross is not](timeline.svg)"],
    "Sweeps of the audit": ["Left out: none is stored for this stretch"],
    "Signatures and findings": [
        "| valid | recomputed and equal | 3 |",
        "The signed text of GET /sapi/v1/c2c/orderMatch/listOrders at 2026-07-23T10:00:01.500Z: query recvWindow (15 "
        "octets, by gateway).",
        "| key-unknown | likely | It says so. | Ask. | 3 |",
    ],
    "Keys": [
        "| main | hmac | production | not shown | <key:f060413a51:64:0Aa> |",
        "GET /sapi/v1/account/apiRestrictions",
    ],
    "Clock": [
        "| requests that were stamped | 5 |",
        "20.0 ms (from 1.0 to 21.0)",
        "| recvWindow in ms | 5000 |",
    ],
    "Weights and limits": ["| x-mbx-used-weight-1m | 21 | 21 |", "403: 0, 418: 0, 429: 0"],
    "Ids at the exchange's edge": ["| 0994913b-db96-4630-a54a-000000000015 |", "| r-1.5 |"],
    "Checks of this machine": ["Left out: none were given"],
    "Versions": ["| python | 3.12.1 |"],
    "What is in this folder, and what is not": ["This is the public form", "sha256sum -c SHA256SUMS"],
}
LEFT_OUT = {
    "Verdict": "unknown, because nothing here was asked with a key; `signing-proxy audit` asks with one, control calls "
    "beside, then export again",
    "What failed": "each of the 0 requests that were answered was answered well",
    "What worked beside it": "nothing failed, so there is nothing to compare",
    "By endpoint": "no request of this stretch has a recorded end",
    "Timeline": "fewer than two calls with a time",
    "Sweeps of the audit": "none is stored for this stretch; `signing-proxy audit` makes one",
    "Signatures and findings": "no failure of this stretch was diagnosed",
    "Keys": "no request of this stretch was sent with a key that the gateway knows",
    "Clock": "no request of this stretch was stamped by the gateway",
    "Weights and limits": "no answer of this stretch told of a limit",
    "Ids at the exchange's edge": "no answer of this stretch bore an id (x-mbx-uuid)",
    "Checks of this machine": "none were given; save what the checks print, and add it with --doctor FILE",
}


def test_every_section_is_asked_about() -> None:
    titles = [one.title for one in sections_of(material(*MERCHANT))]
    assert titles == list(SAID)
    assert len(titles) == len(SECTIONS)


@pytest.mark.parametrize("title", SAID)
def test_what_it_says(title: str) -> None:
    text = told(title, material(*MERCHANT))
    for one in SAID[title]:
        assert one in text, text


def test_why_it_says_nothing() -> None:
    left = {one.title: one.why for one in sections_of(material()) if isinstance(one, LeftOut)}
    assert left == LEFT_OUT


def test_without_a_control_nothing_is_claimed_of_the_key() -> None:
    text = told("What worked beside it", material(refused(1), flow(2, needs="none")))
    assert "Left out: no call of the same key to the same host was answered well" in text
    assert "was known" not in text


def test_an_endpoint_without_a_control_is_counted() -> None:
    text = told(
        "What worked beside it",
        material(flow(1), refused(2), refused(3, "/fapi/v1/x", server="fapi.binance.com")),
    )
    assert "1 of the endpoints that failed have no such call beside them." in text


def test_flapping_is_seen_in_the_order_of_answers() -> None:
    text = told("By endpoint", material(flow(1), refused(2, "/api/v3/account"), flow(3)))
    assert "| 3 | 2 (66 %) | 1x 200, 1x 401 -2008, 1x 200 |" in text


def test_permissions_as_the_exchange_said_them() -> None:
    body = '{"ipRestrict":false,"enableReading":true}'
    text = told("Keys", material(flow(1, "/sapi/v1/account/apiRestrictions", body=body)))
    assert "true: enableReading; false: ipRestrict." in text


def test_the_private_form_shows_the_ends_of_keys_and_says_what_it_is() -> None:
    private: dict[str, Any] = {"private": True, "keys": {"main": "vmPU...EzwA"}}
    assert "| main | hmac | production | vmPU...EzwA |" in told("Keys", material(*MERCHANT, **private))
    assert "private form" in told("What is in this folder, and what is not", material(*MERCHANT, **private))


def test_the_doctors_lines() -> None:
    text = told("Checks of this machine", material(doctor=[Foreign("clock: 3 ms"), Foreign("# <b>")]))
    assert "    clock: 3 ms\n    # <b>\n" in text


def test_only_much_is_cut_and_the_rest_is_named() -> None:
    many = [refused(number, f"/api/v3/p{number}") for number in range(45)]
    assert "25 more kinds of failure are in flows.jsonl." in told("What failed", material(*many))
    assert "15 more endpoints are in flows.jsonl." in told("By endpoint", material(*many))


def picture(of: Material) -> str:
    sections = (one for one in sections_of(of) if isinstance(one, Section))
    (svg,) = (block.svg for one in sections for block in one.blocks if isinstance(block, Figure))
    return svg


def test_the_picture_has_a_sign_for_each_call_in_its_place() -> None:
    svg = picture(material(flow(0), refused(30), flow(60)))
    assert re.findall(r'<circle cx="([0-9.]+)"', svg) == ["336.0", "884.0"]
    assert re.findall(r'<path d="M([0-9.]+) ', svg) == ["606.0"]
    assert "2026-07-23 10:00:00" in svg
    assert "2026-07-23 10:01:00 UTC" in svg


def test_a_journal_that_somebody_else_wrote_stays_text(tmp_path: Path) -> None:
    hostile_journal(tmp_path)
    records = [entry.record for entry in Reader(tmp_path).entries()]
    svg = picture(Material(story_of(records), {}))
    assert set(re.findall(r"<(/?[a-z]+)", svg)) <= {
        "svg",
        "/svg",
        "rect",
        "text",
        "/text",
        "line",
        "circle",
        "path",
    }
    assert svg.replace("\n", "").isprintable()
    assert len(story(*records).seen) > 300


def test_what_there_is_too_little_of_is_not_counted() -> None:
    assert "more kinds" not in told("What failed", material(*MERCHANT))
    assert "more endpoints" not in told("By endpoint", material(*MERCHANT))
    exactly = [refused(number, f"/api/v3/p{number}") for number in range(20)]
    assert "more kinds" not in told("What failed", material(*exactly))


def test_the_answers_that_are_limits_are_counted() -> None:
    bans = [flow(number, status=status) for number, status in enumerate((403, 418, 418, 429, 429, 429, 200))]
    assert "Answers that are limits or bans: 403: 1, 418: 2, 429: 3." in told(
        "Weights and limits", material(*bans)
    )
    bare = flow(1, status=429, headers=[])
    text = told("Weights and limits", material(bare))
    assert "429: 1." in text
    assert "|" not in text


def test_round_trips_that_were_not_measured() -> None:
    text = told("Clock", material(flow(1)))
    assert "| round trip of the best sample | 30.0 ms (from 30.0 to 30.0) |" in text
    assert "| stamped by the local clock alone | 0 |" in text
    local = flow(1, clock=ClockRecord(source="local", exchange_ms=1, offset_ms=0.0))
    text = told("Clock", material(local))
    assert "| round trip of the best sample | not measured |" in text
    assert "| stamped by the local clock alone | 1 |" in text


def test_a_word_for_a_signature_that_nobody_knows_and_no_signed_text() -> None:
    text = told("Signatures and findings", material(refused(1, signature="odd", signed=[], findings=[])))
    assert "| odd |  | 1 |" in text
    assert "The signed text" not in text


def test_what_was_stopped_here_has_a_colour_of_its_own() -> None:
    stopped: dict[str, Any] = {"status": None, "error": "read_only", "execution": "not_sent", "refused": 403}
    svg = picture(material(flow(0, **stopped), refused(1), flow(2)))
    assert re.findall('stroke="(#[0-9a-f]{6})" stroke-width', svg) in (
        ["#8a8a8a", "#c02626"],
        ["#c02626", "#8a8a8a"],
    )
    assert svg.count('fill="#2c7a3f"') == 1


def test_sweeps_as_the_audit_prints_them() -> None:
    swept = runs(
        {"GET /api/v3/account": "###", "GET /sapi/v1/c2c/ads/getAds": "x#x"},
        controls=("GET /api/v3/account",),
    )
    of = material(runs=swept, made_ms=swept[-1].began_ms)
    text = told("Sweeps of the audit", of)
    assert "    c2c, account main, production: 3 sweeps, 2026-05-28 20:26:40Z to" in text
    assert "    calls: 1 of 3 (33 %) work\n" in text
    assert "mixed   GET  /sapi/v1/c2c/ads/getAds" in text
    assert "![sweeps by endpoint and time: worked, failed, both](audit-1.svg)" in text
    assert "x#x" in text
    (section,) = (
        one for one in sections_of(of) if isinstance(one, Section) and one.title == "Sweeps of the audit"
    )
    (figure,) = (block for block in section.blocks if isinstance(block, Figure))
    assert figure.svg.startswith("<svg ")
    assert figure.svg.endswith("</svg>")
    assert "main" not in figure.svg


def test_only_so_many_sets_are_drawn_and_one_sweep_has_no_timeline() -> None:
    many = [run for number in range(10) for run in runs({"GET /api/v3/account": "#"}, name=f"s{number}")]
    text = told("Sweeps of the audit", material(runs=many))
    assert "2 more sets and keys are in the file of the sweeps." in text
    assert "audit-1.svg" not in text
