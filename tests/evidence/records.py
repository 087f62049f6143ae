"""A journal with one flow of each sort, for export."""

import json
from pathlib import Path

from proxy.core.errors import Execution, Refusal
from proxy.core.redaction import FlowRecord, IntentRecord, OutcomeRecord
from proxy.evidence.anonymous import Anonymiser
from proxy.journal import Reader
from tests.core.redaction.flows import json_answer, make_flow, redactor
from tests.journal.lines import open_journal

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000&newClientOrderId=it's"


def write_journal(directory: Path) -> None:
    """Five flows: answered, refused by Binance, refused by us, JSON, and an intent that stayed alone."""
    journal = open_journal(directory)
    machine = redactor(tag_key=journal.tag_key)
    journal.record(
        machine.redact(
            make_flow(
                "GET",
                b"/api/v3/order?symbol=BTCUSDT&orderId=123456&timestamp=1&signature=00",
                answer=json_answer({"symbol": "BTCUSDT", "orderId": 123456}),
                request_id="r-read",
            )
        )
    )
    bad = make_flow(
        "POST",
        b"/api/v3/order",
        ORDER,
        answer=json_answer({"code": -1022, "msg": "Signature for this request is not valid."}, 400),
        request_id="r-bad",
    )
    journal.intent(machine.redact_intent(bad))
    journal.record(machine.redact(bad))
    refused = make_flow("POST", b"/sapi/v1/capital/withdraw/apply", b"coin=USDT", request_id="r-refused")
    refused.sent, refused.execution = None, Execution.NOT_SENT
    refused.refusal = Refusal(403, "endpoint_denied", "no")
    journal.record(machine.redact(refused))
    search = make_flow(
        "POST",
        b"/sapi/v1/c2c/ads/search?page=1",
        json.dumps({"asset": "USDT", "nickName": "Jane Example"}).encode(),
        headers=((b"clientType", b"web"),),
        answer=json_answer({"code": "000000", "data": []}),
        request_id="r-search",
    )
    journal.record(machine.redact(search))
    journal.intent(
        machine.redact_intent(make_flow("DELETE", b"/api/v3/openOrders?symbol=BTCUSDT", request_id="r-open"))
    )
    journal.close()


def exported(directory: Path, key: bytes = b"e" * 32) -> list[FlowRecord | IntentRecord | OutcomeRecord]:
    return list(Anonymiser(key).records(Reader(directory).entries()))
