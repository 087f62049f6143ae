"""What became of an unknown write goes out with its flow, under the same new tags."""

import json
from pathlib import Path

import msgspec
import pytest

from proxy.core.errors import Execution
from proxy.core.order_lookup import Outcome, State, Verdict
from proxy.core.redaction import FlowRecord, OutcomeRecord
from proxy.core.settings import Settings
from proxy.evidence.anonymous import Kept
from proxy.evidence.bundle import About, bundle
from proxy.evidence.curl import curl_script
from proxy.evidence.har import har_document
from proxy.explain.readers.har import read_har
from proxy.explain.readers.journal import read_journal
from tests.core.redaction.flows import make_flow, redactor
from tests.evidence.records import exported
from tests.journal.lines import open_journal

ORDER = b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=janes-7"


@pytest.fixture
def records(tmp_path: Path) -> list[Kept]:
    journal = open_journal(tmp_path)
    machine = redactor(tag_key=journal.tag_key)
    write = make_flow("POST", b"/api/v3/order", ORDER)
    write.execution = Execution.UNKNOWN
    journal.intent(machine.redact_intent(write))
    known = Outcome(Verdict(State.EXECUTED, "", "FILLED"), b"newClientOrderId=janes-7", looks=1)
    journal.record(machine.redact_outcome(write, known))
    journal.record(machine.redact(write))
    journal.close()
    return list(exported(tmp_path))


def test_it_stands_behind_its_flow_with_the_same_tag(records: list[Kept]) -> None:
    flow, outcome = records
    assert isinstance(flow, FlowRecord)
    assert isinstance(outcome, OutcomeRecord)
    assert outcome.order in flow.came.body
    assert outcome.account == flow.account == "account-1"


def test_a_bundle_is_read_with_it(records: list[Kept]) -> None:
    _, plain = bundle(records, About(1, Settings()))
    lines = b"\n".join(line for line in plain.splitlines() if line.startswith(b'{"type"'))
    (seen,) = read_journal(lines.decode())
    assert seen.remarks == ("looked up: executed (FILLED)",)


def test_a_har_has_it_beside_its_flow_and_is_read_with_it(records: list[Kept]) -> None:
    document = json.loads(msgspec.json.encode(har_document(records)))
    entry = document["log"]["entries"][-1]
    assert entry["_outcome"]["outcome"] == "executed"
    (seen,) = read_har(document)
    assert seen.remarks == ("looked up: executed (FILLED)",)
    entry["_outcome"] = "nonsense"
    assert read_har(document)[0].remarks == ()


def test_a_script_says_it_in_a_comment(records: list[Kept]) -> None:
    lines = curl_script(records, "http://127.0.0.1:8180").splitlines()
    assert sum(line.startswith("curl ") for line in lines) == 1
    assert any(line.startswith("# ") and line.endswith("looked up: executed '(FILLED)'") for line in lines)
