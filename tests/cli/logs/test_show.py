"""`logs show`: one flow whole."""

import json
from pathlib import Path

import pytest

from proxy.core.redaction.record import FindingRecord, ProofRecord
from tests.cli.conftest import Run
from tests.evidence.records import write_journal
from tests.journal.lines import flow, intent, open_journal, outcome


@pytest.fixture
def journal(tmp_path: Path) -> str:
    write_journal(tmp_path / "journal")
    return str(tmp_path / "journal")


def test_both_sides_the_answer_and_the_times(run: Run, journal: str) -> None:
    said = run("logs", "show", "r-bad", "--journal", journal)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "2026-07-23 10:14:56.789Z  POST /api/v3/order  r-bad"
    assert lines[1].startswith("  account main, key <key:")
    came, sent, answer = (
        lines.index(head) for head in ("client to gateway", "gateway to exchange", "answer: 400")
    )
    assert lines[came + 1] == "  POST /api/v3/order"
    assert "  Host: 127.0.0.1:8180" in lines[came:sent]
    assert lines[sent + 1].startswith(
        "  POST https://api.binance.com/api/v3/order?recvWindow=5000&timestamp="
    )
    assert "  signed: query recvWindow, 15 octets, by gateway" in lines[sent:answer]
    assert "  clock: exchange, +12.0 ms to this machine's, round trip 31.5 ms" in lines[sent:answer]
    assert "  -1022 Signature for this request is not valid." in lines[answer:]
    assert "times: 35.0 ms in all (permit 0.2, connect 0.1, send 0.1, wait 33.6, receive 1.0)" in lines


def test_what_was_refused_here(run: Run, journal: str) -> None:
    said = run("logs", "show", "r-refused", "--journal", journal)
    assert "gateway to exchange: nothing was sent" in said.out
    assert "answer: 403 endpoint_denied (not_sent)" in said.out


def test_a_write_without_an_end(run: Run, journal: str) -> None:
    said = run("logs", "show", "r-open", "--journal", journal)
    assert "no end was recorded" in said.out
    assert "answer:" not in said.out


def test_what_was_found_with_its_proof(run: Run, tmp_path: Path) -> None:
    proof = ProofRecord(signed="a=1", expected="a=2", signed_octets=3, expected_octets=3, first_difference=2)
    found = FindingRecord(rule="a-rule", strength="proven", says="It says.", remedy="Do it.", proof=proof)
    kept = open_journal(tmp_path / "j")
    kept.record(
        flow(
            1,
            status=400,
            verdict="mistaken",
            signature="invalid",
            findings=[found],
            notes=["A note."],
            weight=20,
        )
    )
    kept.close()
    said = run("logs", "show", "r-1", "--journal", str(tmp_path / "j"))
    assert said.out.splitlines()[-6:] == [
        "diagnosis: mistaken, signature invalid",
        "    proven: It says. [a-rule]",
        "      do this: Do it.",
        "      signed:   a=1",
        "      expected: a=2",
        "    note: A note.",
    ]
    assert "weight: 20\n" in said.out


def test_the_outcome_of_an_unknown_write_and_its_lines(run: Run, tmp_path: Path) -> None:
    kept = open_journal(tmp_path / "j")
    kept.intent(intent(1))
    kept.record(flow(1, method="POST", execution="unknown", status=503))
    kept.record(outcome(1, order_status="FILLED"))
    kept.close()
    said = run("logs", "show", "r-1", "--journal", str(tmp_path / "j"))
    assert said.out.splitlines()[-1] == "looked up: executed (FILLED)"
    said = run("logs", "show", "r-1", "--json", "--journal", str(tmp_path / "j"))
    assert [json.loads(line)["type"] for line in said.out.splitlines()] == ["intent", "flow", "outcome"]


def test_an_id_that_is_not_there(run: Run, journal: str) -> None:
    said = run("logs", "show", "r-none", "--journal", journal)
    assert (said.code, said.out) == (2, "")
    assert "none of the 5 flows of this journal has this id" in said.err


def test_options_of_the_list_are_not_passed_over(run: Run, journal: str) -> None:
    said = run("logs", "--journal", journal, "-n", "3", "show", "r-bad")
    assert said.code == 2
    assert "options stand behind `show`" in said.err
    assert "signing-proxy logs show --help" in said.err
