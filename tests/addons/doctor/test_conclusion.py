"""What is told of a request, where: log, comment, mark."""

import pytest
from mitmproxy.utils import emoji

from addons.doctor.conclusion import MISTAKEN, REFUSED, RIGHT, told
from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.findings import Diagnosis, Finding, SignatureState, Strength, Verdict

FINDING = Finding("a-rule", Strength.PROVEN, "Says.", "Remedy.")
MAYBE = Finding("b-rule", Strength.POSSIBLE, "Maybe.", "Look.")
REFUSAL = AnswerSeen(400, (), b'{"code":-1022,"msg":"Signature for this request is not valid."}')
FINE = AnswerSeen(200, (), b"{}")
REFUSED_IN_200 = AnswerSeen(200, (), b'{"code":"000002","message":"illegal","data":null,"success":false}')


def diagnosis(verdict: Verdict, *findings: Finding, notes: tuple[str, ...] = ()) -> Diagnosis:
    return Diagnosis(verdict, SignatureState.VALID, findings, notes=notes)


@pytest.mark.parametrize(
    ("answer", "verdict", "findings", "marker"),
    [
        (REFUSAL, Verdict.MISTAKEN, (FINDING,), MISTAKEN),
        (FINE, Verdict.MISTAKEN, (FINDING,), MISTAKEN),
        (REFUSAL, Verdict.UNKNOWN, (MAYBE,), REFUSED),
        (REFUSAL, Verdict.CORRECT, (), REFUSED),
        (REFUSED_IN_200, Verdict.CORRECT, (), REFUSED),
        (FINE, Verdict.UNKNOWN, (MAYBE,), REFUSED),
        (FINE, Verdict.CORRECT, (), RIGHT),
        (None, Verdict.CORRECT, (), RIGHT),
    ],
)
def test_marks(
    answer: AnswerSeen | None, verdict: Verdict, findings: tuple[Finding, ...], marker: str
) -> None:
    found = told("GET /api/v3/account", answer, diagnosis(verdict, *findings))
    assert found.marker == marker
    assert marker in emoji.emoji


def test_one_log_line_a_finding_and_possibilities_only_where_there_is_nothing_better() -> None:
    found = told("GET /api/v3/account", REFUSAL, diagnosis(Verdict.MISTAKEN, FINDING, FINDING, MAYBE))
    assert found.log_lines() == [
        "[binance] GET /api/v3/account, HTTP 400, code -1022: a-rule (proven): Says. -> Remedy."
    ] * 2  # fmt: skip
    (only,) = told("GET /x", REFUSAL, diagnosis(Verdict.UNKNOWN, MAYBE)).log_lines()
    assert "b-rule (possible)" in only


def test_a_refused_request_without_a_finding_gets_its_note() -> None:
    notes = ("Your signature is correct: the fault is not there.",)
    (line,) = told("GET /x", REFUSAL, diagnosis(Verdict.CORRECT, notes=notes)).log_lines()
    assert line.endswith(notes[0])


def test_the_comment_is_never_empty() -> None:
    assert told("GET /x", None, diagnosis(Verdict.UNKNOWN)).comment == "Binance: unknown"
