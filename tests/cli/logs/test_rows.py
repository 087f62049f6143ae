"""`logs`: the journal on the screen."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from proxy.core.errors import Refusal
from proxy.core.redaction import FlowRecord, of_no_request
from proxy.core.redaction.record import FindingRecord
from tests.cli.conftest import Run
from tests.evidence.records import write_journal
from tests.journal.lines import START_MS, flow, intent, open_journal, outcome


@pytest.fixture
def journal(tmp_path: Path) -> str:
    write_journal(tmp_path / "journal")
    return str(tmp_path / "journal")


def test_flows_for_people(run: Run, journal: str) -> None:
    said = run("logs", "--journal", journal)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "2026-07-23 10:14:56.789Z  GET    /api/v3/order  200  35 ms  main  r-read"
    assert "    -1022 Signature for this request is not valid." in lines
    assert any("403 endpoint_denied (not_sent)" in line for line in lines)
    assert any("no outcome recorded: look it up at the exchange" in line for line in lines)
    assert said.out.isascii()


@pytest.mark.parametrize(
    ("status", "code", "message", "below"),
    [
        (200, "000000", "", []),
        (200, "000002", "", ["    000002"]),
        (200, "000000", "illegal parameter", ["    000000 illegal parameter"]),
        (400, "000000", "", ["    000000"]),
    ],
)
def test_a_code_that_means_success_has_no_line_of_its_own(
    run: Run, tmp_path: Path, status: int, code: str, message: str, below: list[str]
) -> None:
    journal = open_journal(tmp_path / "journal")
    journal.record(flow(status=status, code=code, message=message))
    journal.close()
    _, *rest = run("logs", "--journal", str(tmp_path / "journal")).out.splitlines()
    assert rest == below


def test_a_finding_is_told_with_what_to_do(run: Run, tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal")
    found = [
        FindingRecord(
            rule="param-decimal-comma", strength="proven", says="A comma.", remedy="Write a point."
        ),
        FindingRecord(rule="recvwindow-replaced", strength="proven", says="It was replaced.", remedy=""),
    ]
    journal.record(flow(status=400, findings=found))
    journal.close()
    lines = run("logs", "--journal", str(tmp_path / "journal")).out.splitlines()
    assert lines[-3:] == [
        "    proven: A comma. [param-decimal-comma]",
        "      do this: Write a point.",
        "    mended: It was replaced. [recvwindow-replaced]",
    ]


def test_the_journals_own_lines(run: Run, journal: str) -> None:
    said = run("logs", "--journal", journal, "--format", "json")
    found = [json.loads(line) for line in said.out.splitlines()]
    assert [one["request_id"] for one in found] == ["r-read", "r-bad", "r-refused", "r-search", "r-open"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--status", "4xx"], ["r-bad"]),
        (["--code", "-1022"], ["r-bad"]),
        (["--path", "/sapi/v1/c2c"], ["r-search"]),
        (["--path", "/api/v3/order", "--status", "200"], ["r-read"]),
        (["--client", "main", "--status", "none"], ["r-refused", "r-open"]),
        (["--request-id", "r-read", "--request-id", "r-bad"], ["r-read", "r-bad"]),
        (["--since", "2027-01-01"], []),
        (["-n", "1"], ["r-open"]),
        (["-n", "0", "--since", "2020-01-01"], ["r-read", "r-bad", "r-refused", "r-search", "r-open"]),
    ],
)
def test_filters(run: Run, journal: str, words: list[str], expected: list[str]) -> None:
    said = run("logs", "--journal", journal, "--format", "json", *words)
    assert [json.loads(line)["request_id"] for line in said.out.splitlines()] == expected


@pytest.mark.parametrize("words", [["--status", "abc"], ["--since", "soon"], ["--format", "xml"]])
def test_what_cannot_be_understood_is_a_matter_of_usage(run: Run, journal: str, words: list[str]) -> None:
    assert run("logs", "--journal", journal, *words).code == 2


def test_no_journal_is_said(run: Run) -> None:
    said = run("logs", "--journal", "nowhere")
    assert said.code == 3
    assert "there is no journal at" in said.err


def test_damage_and_losses_are_told(run: Run, tmp_path: Path) -> None:
    write_journal(tmp_path / "journal")
    path = next((tmp_path / "journal").glob("flows-*"))
    with path.open("ab") as file:
        file.write(b'{"type":"flow","tor\n{"type":"dropped","schema":1,"time":"","count":7}\n')
    said = run("logs", "--journal", str(tmp_path / "journal"))
    assert "1 damaged lines were skipped" in said.err
    assert "7 lines could not be written" in said.err


def test_a_forged_line_cannot_move_the_cursor(run: Run, tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    write_journal(directory)
    record = flow(9, message="\x1b[2J\u202e").record
    with next(directory.glob("flows-*")).open("ab") as file:
        file.write(json.dumps({"type": "flow", **_as_json(record)}).encode() + b"\n")
    for form in ("human", "json"):
        out = run("logs", "--journal", str(directory), "--format", form).out
        assert all(" " <= character <= "~" or character == "\n" for character in out)


def test_a_forged_message_cannot_make_a_line_of_its_own(run: Run, tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    write_journal(directory)
    forged = {
        **_as_json(flow(9).record),
        "message": "a\r\nforged",
        "account": "b\nforged",
        "error.type": "c\nforged",
    }
    finding = {"rule": "d\nforged", "strength": "proven", "says": "e\nforged", "remedy": "."}
    with next(directory.glob("flows-*")).open("ab") as file:
        file.write(json.dumps({"type": "flow", **forged, "findings": [finding]}).encode() + b"\n")
    said = run("logs", "--journal", str(directory))
    lines = said.out.splitlines()
    assert said.err == ""
    assert [line for line in lines if line.startswith("forged")] == []
    assert "a\\r\\nforged" in [line.strip() for line in lines]


def test_a_bundle_is_read_where_it_was_unpacked(run: Run, journal: str, tmp_path: Path) -> None:
    packed, folder = tmp_path / "b.zip", tmp_path / "unpacked"
    assert run("export", "bundle", "--journal", journal, "--out", str(packed)).code == 0
    zipfile.ZipFile(packed).extractall(folder)
    said = run("logs", "--journal", str(folder))
    assert (said.code, said.err) == (0, "")
    assert "-1022 Signature for this request is not valid." in said.out


@pytest.mark.parametrize("words", [["logs"], ["export", "curl"], ["policy", "learn"]])
def test_a_packed_bundle_is_no_journal(run: Run, journal: str, tmp_path: Path, words: list[str]) -> None:
    packed = str(tmp_path / "b.zip")
    assert run("export", "bundle", "--journal", journal, "--out", packed).code == 0
    said = run(*words, "--journal", packed)
    assert (said.code, said.out) == (3, "")
    assert "is a zip, not a journal" in said.err
    assert "unpack it" in said.err


@pytest.mark.parametrize("words", [["logs"], ["policy", "learn"]])
def test_nothing_to_show_is_said(run: Run, journal: str, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    said = run(*words, "--journal", str(tmp_path / "empty"))
    assert said.code == 0
    assert "empty holds no journal file (flows-*.jsonl)" in said.err
    said = run(*words, "--journal", journal, "--since", "2027-01-01", "--path", "/api")
    assert said.code == 0
    assert "no flow was found: none of 5 in the journal matches" in said.err
    assert "leave one of these out, or make it wider: --path, --since" in said.err
    (tmp_path / "empty" / "flows-20260723T101456789Z-0000.jsonl").write_text("")
    said = run(*words, "--journal", str(tmp_path / "empty"), "--since", "1h")
    assert "no flow was found: the journal has none" in said.err


@pytest.mark.parametrize("words", [["logs"], ["export", "curl"], ["policy", "learn"]])
def test_a_journal_that_is_named_without_its_flag(run: Run, journal: str, words: list[str]) -> None:
    said = run(*words, journal)
    assert said.code == 2
    assert f"hint: a journal is named by --journal DIR; signing-proxy {' '.join(words)} --help" in said.err


def _as_json(record: FlowRecord) -> dict[str, object]:
    return {
        "schema": 1,
        "time": record.time,
        "request_id": record.request_id,
        "http.request.method": "GET\x1b[31m",
        "url.path": "/x",
        "in": {},
        "message": record.message,
    }


def test_following(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there, once, then what comes; Ctrl-C is a good end."""
    directory = tmp_path / "journal"
    open_now = open_journal(directory)
    open_now.record(flow(1))
    open_now.record(flow(2))
    looks = 0

    def sleep(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 4:
            raise KeyboardInterrupt
        open_now.record(flow(10 + looks, status=200))

    monkeypatch.setattr("time.sleep", sleep)
    said = run("logs", "--journal", str(directory), "--follow", "--format", "json", "-n", "1")
    assert said.code == 0
    assert [json.loads(line)["request_id"] for line in said.out.splitlines()] == [
        "r-2",
        "r-11",
        "r-12",
        "r-13",
    ]


def test_the_outcome_of_an_unknown_write_is_told(run: Run, tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    journal.intent(intent(1))
    journal.record(flow(1, method="POST", execution="unknown", status=503))
    journal.record(outcome(1, order_status="FILLED"))
    journal.intent(intent(2))
    journal.record(flow(2, method="POST", execution="unknown", error="upstream_no_answer", refused=502))
    journal.record(outcome(2, "undetermined", reason="no_id", looks=0))
    journal.close()
    said = run("logs", "--journal", str(tmp_path / "j"))
    lines = said.out.splitlines()
    assert lines[1] == "    looked up: executed (FILLED)"
    assert lines[3].startswith("    not looked up: undetermined: the request names no order by an id")
    said = run("logs", "--journal", str(tmp_path / "j"), "--format", "json")
    found = [json.loads(line) for line in said.out.splitlines()]
    assert [(one["type"], one["request_id"]) for one in found] == [
        ("flow", "r-1"), ("outcome", "r-1"), ("flow", "r-2"), ("outcome", "r-2"),
    ]  # fmt: skip


def test_a_killed_gateway_may_have_known_the_outcome(run: Run, tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    journal.intent(intent(1))
    journal.record(outcome(1, "not_found", reason="absent"))
    journal.close()
    said = run("logs", "--journal", str(tmp_path / "j"))
    assert "???  looked up: not found: the exchange knows no such order" in said.out


def test_refusals_that_repeat_are_one_line_with_their_number(run: Run, tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    row: dict[str, Any] = {"refused": 403, "error": "endpoint_denied", "repeated": 31744}
    until = "2026-07-23T10:15:06.123Z"
    journal.record(flow(1, **row, repeated_until=until))
    journal.record(flow(2, **row, repeated_until=until, repeated_mixed=True))
    journal.close()
    one, mixed = run("logs", "--journal", str(tmp_path)).out.splitlines()
    assert "403 endpoint_denied (not_sent)  31744 times until 10:15:06.123Z  0 ms" in one
    assert "31744 times until 10:15:06.123Z, other paths too" in mixed


def test_what_was_no_request_says_so(run: Run, tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    journal.record(of_no_request(Refusal(400, "bad_request", ""), START_MS, 3, START_MS + 1000))
    journal.close()
    said = run("logs", "--journal", str(tmp_path / "j"), "--request-id", "unparsed")
    assert said.out == (
        "2026-07-23 10:14:56.789Z  _OTHER (what came is no request)  400 bad_request (not_sent)  "
        "3 times until 10:14:57.789Z  0 ms  unparsed\n"
    )
