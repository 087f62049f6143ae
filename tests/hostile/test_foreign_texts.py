"""Hostile text by the other ways: pastes, a client's request on the admin port, a gateway's answer, mitmproxy, the log."""

import io
import json
import random
from dataclasses import replace
from typing import Any

import pytest
import structlog

from addons.doctor import text as addon_text
from proxy.admin.metrics import exposition
from proxy.cli.approval_screen import screen_of
from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.errors import Refusal
from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.foreign import Foreign
from proxy.core.printable import printable
from proxy.core.readings import counters
from proxy.core.settings import LogSettings
from proxy.explain.found_request import UnreadableError
from proxy.explain.machine import as_line
from proxy.explain.masks import Masks
from proxy.explain.present import Page, as_text
from proxy.explain.reading import read_requests
from proxy.explain.verdict import explain
from proxy.server import json_reply, refusal_reply
from proxy.telemetry.logs import set_up_logs
from tests.explain.pastes import rows
from tests.hostile.foreign_journal import HOSTILE
from tests.support.draws import SEED

SIGNS = ("\x1b[2J", "\x9b31m", "\u202e", "\u3164", "\x00", "\x07", "\u2066", "\x7f", "\u200b", "\r")
PASTES = [(str(row["form"]), str(row["text"])) for row in rows("pasted-forms")]
_EACH = 40


def is_plain(text: str) -> bool:
    """Whether a terminal would only draw it, line by line."""
    return printable(text, keep="\n") == text


@pytest.mark.draws
@pytest.mark.parametrize(("form", "paste"), PASTES, ids=[form for form, _ in PASTES])
def test_a_paste_is_explained_without_a_sign_that_does_anything(form: str, paste: str) -> None:
    draw, read = random.Random(f"{SEED} {form}"), 0
    for number in range(_EACH):
        at, sign = draw.randrange(len(paste) + 1), SIGNS[number % len(SIGNS)]
        try:
            found = read_requests(f"{paste[:at]}{sign}{paste[at:]}".encode())
        except UnreadableError:
            continue
        for seen in found:
            told = explain(seen, ())
            read += 1
            assert is_plain(as_text(told, Masks(), Page(100))), (sign, at)
            assert as_line(told, Masks()).isascii()
    assert read > _EACH // 4


@pytest.mark.parametrize(
    "paste",
    [
        f"GE{HOSTILE.split()[0]}\x1b[2JT /api/v3/account?a=1 HTTP/1.1\r\nHost: api.binance.com\r\n\r\n",
        "GET /api/v3/account?a\x1b[2J\u3164=1&timestamp=1&signature=0 HTTP/1.1\r\nHost: api.binance.com\x9b\r\n\r\n",
        'curl -X "PO\x1b[2JST" "https://api.binance.com\x1b[2J/api/v3/order?\x1b]0;x\x07=1"',
        "curl 'https://api.binance.com/api/v3/account?timestamp=$A\u202eB'",
    ],
)
def test_a_method_a_host_and_a_name(paste: str) -> None:
    try:
        found = read_requests(paste.encode())
    except UnreadableError:
        return
    for seen in found:
        told = explain(seen, ())
        assert is_plain(as_text(told, Masks(), Page(100)))
        assert as_line(told, Masks()).isascii()


@pytest.mark.parametrize("part", ["remarks", "gaps", "form"])
def test_what_a_reader_says_of_a_paste(part: str) -> None:
    """Its words may hold a name of the paste."""
    (seen,) = read_requests(
        b"GET /api/v3/account?timestamp=1&signature=0 HTTP/1.1\r\nHost: api.binance.com\r\n\r\n"
    )
    odd = replace(seen, **{part: HOSTILE if part == "form" else (HOSTILE,)})  # type: ignore[arg-type]  # by name
    text = as_text(explain(odd, ()), Masks(), Page(100))
    assert "EVIL" in text
    assert is_plain(text)


def test_a_code_that_the_exchange_never_gave() -> None:
    (seen,) = read_requests(
        b"GET /api/v3/account?timestamp=1&signature=0 HTTP/1.1\r\nHost: api.binance.com\r\n\r\n"
    )
    odd = replace(seen, answer=AnswerSeen(400, (), json.dumps({"code": HOSTILE, "msg": HOSTILE}).encode()))
    text = as_text(explain(odd, ()), Masks(), Page(400))
    assert text.count("EVIL") >= 2, "in the title and in the line below it"
    assert is_plain(text)


FINDING = Finding(
    HOSTILE[:4],
    Strength.LIKELY,
    f"The name {HOSTILE} is odd.",
    f"Leave {HOSTILE} out.",
    ((HOSTILE, HOSTILE), ("n", 1)),
)


def test_a_finding_is_printable_whatever_name_it_repeats() -> None:
    said = (FINDING.says, FINDING.remedy, *(str(part) for fact in FINDING.facts for part in fact))
    assert all(one.isprintable() for one in said)
    assert FINDING.facts[1] == ("n", 1)


def test_the_page_of_the_addon() -> None:
    raw = HOSTILE.encode()
    proof = Proof(b"a=" + raw, b"b=" + raw, 0)
    shown = Finding("r", Strength.PROVEN, HOSTILE, HOSTILE, ((HOSTILE, HOSTILE),), proof)
    diagnosis = Diagnosis(
        Verdict.MISTAKEN, SignatureState.INVALID, (shown,), corrected=f"GET /{HOSTILE}", notes=(HOSTILE,)
    )
    lines = addon_text.page(HOSTILE, diagnosis)
    assert [line for line in lines if not is_plain(line) or "\n" in line] == []
    logged = [addon_text.line(shown), addon_text.summary(diagnosis), addon_text.one_line(HOSTILE)]
    assert all(one.isascii() and one.isprintable() for one in logged)


def test_a_label_of_the_metrics() -> None:
    readings = [counters("weight", "Weight", ("client", "endpoint"), [((HOSTILE, f"GET /{HOSTILE}"), 1)])]
    page = exposition(readings)[0].decode()
    assert page.isascii()
    assert is_plain(page)
    (sample,) = [line for line in page.splitlines() if not line.startswith("#")]
    assert sample.count('="') == 2


def test_what_curl_shows_of_the_admin_port_and_of_refusals() -> None:
    refusal = Refusal(409, "x", "y", fields=(("order", HOSTILE),))
    for page, name in ((json_reply({"order": HOSTILE}), "order"), (refusal_reply(refusal, "r-1"), "order")):
        assert all(0x20 <= octet < 0x7F for octet in page.body)
        assert json.loads(page.body)[name] == HOSTILE


def test_what_waits_for_a_person() -> None:
    shown: dict[str, Any] = {
        "id": HOSTILE, "state": "waiting", "mode": "wait", "seconds_left": 5.0, "account": HOSTILE,
        "client": HOSTILE, "environment": HOSTILE, "host": HOSTILE, "endpoint": HOSTILE, "operation": HOSTILE,
        "values": [{"role": "base_quantity", "name": HOSTILE, "shown": HOSTILE, "decides": decides} for decides in (True, False)],
    }  # fmt: skip
    assert [line for line in screen_of(shown, 80).lines if not line.isprintable()] == []


def test_a_line_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in ("json", "console"):
        stream = io.StringIO()
        set_up_logs(LogSettings(format=form), stream=stream)
        structlog.get_logger("gateway").warning(
            "told", text=HOSTILE, inside={HOSTILE: [HOSTILE, (HOSTILE,)]}, foreign=Foreign(HOSTILE), number=5
        )
        (line,) = stream.getvalue().splitlines()
        assert line.isascii()
        assert line.isprintable()
        assert line.count("EVIL") >= 5
    structlog.reset_defaults()
