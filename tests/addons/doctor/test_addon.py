"""The addon in mitmproxy's own test context: flows in, marks, comments, log lines, views and files out."""

import asyncio
import logging
import random
import warnings
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from mitmproxy import contentviews, exceptions, http
from mitmproxy.contentviews import Metadata
from mitmproxy.flow import Error
from mitmproxy.test import taddons, tflow
from mitmproxy.websocket import WebSocketMessage

from addons.doctor import addon as module, examine
from addons.doctor.addon import BinanceDoctor
from addons.doctor.conclusion import MISTAKEN, REFUSED, RIGHT
from addons.doctor.observation import answer_seen
from proxy.core.redaction import FlowRecord, decode_record
from tests.addons.flows import (
    ACCOUNT,
    API_KEY,
    SECRET,
    STARTED,
    TIMESTAMP,
    WRONG_SIGNATURE,
    flow_of,
    frame,
    hmac_of,
    signed,
    websocket_flow,
)  # fmt: skip
from tests.support.draws import SEED

INVALID_KEY = b'{"code":-2008,"msg":"Invalid Api-Key ID."}'
JSON_BODY = b'{"asset":"USDT","realName":"Ada Canary"}'


@pytest.fixture
async def doctor(tmp_path: Path) -> AsyncIterator[SimpleNamespace]:
    """The addon with one key, in a context of mitmproxy."""
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    subject = BinanceDoctor()
    with taddons.context(subject) as context:
        context.configure(subject, binance_api_secret_file=str(secret))
        yield SimpleNamespace(addon=subject, context=context, options=context.options, folder=tmp_path)
        await subject.done()


def refused(query: bytes, **more: Any) -> http.HTTPFlow:
    return flow_of(ACCOUNT.encode() + b"?" + query, **{"status": 400, "answer": WRONG_SIGNATURE, **more})


def json_body_signed() -> http.HTTPFlow:
    return flow_of(
        b"/sapi/v1/c2c/ads/search?" + signed(TIMESTAMP, over=TIMESTAMP + JSON_BODY),
        method="POST",
        body=JSON_BODY,
        headers=((b"content-type", b"application/json"), (b"clientType", b"web")),
        status=400,
        answer=WRONG_SIGNATURE,
    )


MISTAKES = {
    "scope-json-body-appended": json_body_signed,
    "scope-trailing-newline": lambda: refused(signed(TIMESTAMP, over=TIMESTAMP + b"\n")),
    "secret-quoted": lambda: refused(signed(TIMESTAMP, secret=b'"' + SECRET + b'"')),
    "scope-timestamp-taken-twice": lambda: refused(signed(TIMESTAMP, over=b"timestamp=1795264199993")),
    "scope-path-included": lambda: refused(signed(TIMESTAMP, over=ACCOUNT.encode() + b"?" + TIMESTAMP)),
}


@pytest.mark.parametrize("rule", MISTAKES)
async def test_mistakes_are_marked_commented_and_logged(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture, rule: str
) -> None:
    flow = MISTAKES[rule]()
    with caplog.at_level(logging.INFO, "binance_doctor"):
        await doctor.addon.response(flow)
        await asyncio.gather(*doctor.addon._tasks)
    assert flow.marked == MISTAKEN
    assert flow.comment.startswith(f"Binance: {rule} (proven): ")
    lines = [line for line in caplog.messages if rule in line]
    assert len(lines) == 1
    assert "HTTP 400, code -1022" in lines[0]


async def test_no_value_of_the_request_is_logged_or_put_into_a_comment(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    flow = json_body_signed()
    with caplog.at_level(logging.DEBUG, "binance_doctor"):
        await doctor.addon.response(flow)
    told = flow.comment + "".join(caplog.messages)
    hidden = [API_KEY, SECRET.decode(), "Ada", "1795264200000", hmac_of(TIMESTAMP).decode(), "USDT"]
    assert [value for value in hidden if value in told] == []


async def test_nothing_else_of_the_flow_changes(doctor: SimpleNamespace) -> None:
    flow = json_body_signed()
    before = (flow.request.get_state(), flow.response.get_state(), dict(flow.metadata))
    await doctor.addon.response(flow)
    assert (flow.request.get_state(), flow.response.get_state(), flow.metadata) == before


async def test_a_right_request_is_left_in_peace(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    flow = flow_of(ACCOUNT.encode() + b"?" + signed(TIMESTAMP))
    with caplog.at_level(logging.INFO, "binance_doctor"):
        await doctor.addon.response(flow)
    assert (flow.marked, flow.comment, caplog.messages) == ("", "", [])


async def test_right_requests_are_told_on_demand(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    doctor.options.binance_only_failures = False
    flow = flow_of(ACCOUNT.encode() + b"?" + signed(TIMESTAMP))
    with caplog.at_level(logging.INFO, "binance_doctor"):
        await doctor.addon.response(flow)
    assert flow.marked == RIGHT
    assert flow.comment == "Binance: Your signature is correct."
    assert caplog.messages == []


async def test_a_right_request_that_was_refused_is_not_accused(doctor: SimpleNamespace) -> None:
    flow = refused(signed(TIMESTAMP), status=401, answer=INVALID_KEY)
    await doctor.addon.response(flow)
    assert "signature is correct" in flow.comment or "secret" not in flow.comment
    assert "proven" not in flow.comment or "signature" not in flow.comment.partition("(proven)")[0]
    assert "Signature: correct" in doctor.addon.explain([flow])


async def test_a_comment_of_the_user_is_kept_and_ours_is_not_doubled(doctor: SimpleNamespace) -> None:
    flow = json_body_signed()
    flow.comment = "look at this"
    await doctor.addon.response(flow)
    await doctor.addon.response(flow)
    assert flow.comment.startswith("look at this | Binance: scope-json-body-appended")
    assert flow.comment.count("Binance: ") == 1


async def test_other_traffic_is_not_looked_at(
    doctor: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.addon._examiner, "examine", mock.AsyncMock(side_effect=AssertionError))
    flow = flow_of("/index.html", host="example.com")
    await doctor.addon.response(flow)
    assert flow.comment == ""


async def test_without_a_secret_the_answer_says_how_to_get_a_proof(doctor: SimpleNamespace) -> None:
    doctor.context.configure(doctor.addon, binance_api_secret_file="")
    flow = MISTAKES["scope-trailing-newline"]()
    await doctor.addon.response(flow)
    assert flow.marked in {REFUSED, MISTAKEN}
    assert any("No secret was given" in line for line in doctor.addon.explain([flow]))


async def test_a_failing_rule_becomes_a_finding_and_the_flow_passes(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examine, "Examination", mock.Mock(side_effect=ValueError(SECRET.decode())))
    flow = json_body_signed()
    before = flow.response.get_state()
    with caplog.at_level(logging.INFO, "binance_doctor"):
        await doctor.addon.response(flow)
    assert flow.response.get_state() == before
    assert "doctor-failed" in flow.comment
    assert "ValueError" in "".join(caplog.messages)
    assert SECRET.decode() not in flow.comment + "".join(caplog.messages)


async def test_a_failing_addon_is_said_without_the_flow(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "told", mock.Mock(side_effect=ValueError(SECRET.decode())))
    with caplog.at_level(logging.INFO, "binance_doctor"):
        await doctor.addon.response(json_body_signed())
    assert caplog.messages == ["[binance] the doctor failed (ValueError); the flow was not touched"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda flow: setattr(flow.request.data, "path", b""),
        lambda flow: setattr(flow.request.data, "path", b"/api/v3/account?\xff\x00%%&&==signature&signature=%ff"),
        lambda flow: setattr(flow.request.data, "method", b"\xff"),
        lambda flow: setattr(flow.request.data, "content", b"{" * 200_000),
        lambda flow: setattr(flow.response.data, "content", b"[" * 100_000),
        lambda flow: flow.response.headers.update({"Date": "nonsense", "content-encoding": "gzip"}),
        lambda flow: setattr(flow.response.data, "content", b'{"code":"\\ud800","msg":7,"status":"x"}'),
    ],
)  # fmt: skip
async def test_weird_flows_break_nothing(
    doctor: SimpleNamespace, spoil: Callable[[http.HTTPFlow], object]
) -> None:
    flow = refused(signed(TIMESTAMP))
    spoil(flow)
    await doctor.addon.response(flow)
    assert doctor.addon.explain([flow])


async def test_a_long_search_does_not_hold_the_answer_and_is_told_later(
    doctor: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    found = await doctor.addon._examiner.examine(
        doctor.addon._observation(flow := json_body_signed(), answer_seen(flow))
    )

    async def slow(_observation: object) -> object:
        await gate.wait()
        return found

    monkeypatch.setattr(doctor.addon._examiner, "examine", slow)
    monkeypatch.setattr(module, "_TIMEOUT_SECONDS", 0.01)
    updated = mock.Mock()
    monkeypatch.setattr(doctor.context.master.addons, "trigger", updated)
    await asyncio.wait_for(doctor.addon.response(flow), 5)
    assert flow.comment == ""
    gate.set()
    await asyncio.gather(*doctor.addon._tasks)
    await asyncio.sleep(0)
    assert flow.comment.startswith("Binance: ")
    assert updated.call_args.args[0].flows == [flow]


async def test_neighbours_of_the_same_key_are_given_to_the_verdict(doctor: SimpleNamespace) -> None:
    first = flow_of(ACCOUNT.encode() + b"?" + signed(TIMESTAMP))
    second = refused(signed(TIMESTAMP), status=401, answer=INVALID_KEY)
    await doctor.addon.response(first)
    observation = doctor.addon._observation(second, answer_seen(second))
    assert [(flow.path, flow.status) for flow in observation.neighbours] == [(ACCOUNT, 200)]


async def test_the_time_of_arrival_is_in_exchange_time(doctor: SimpleNamespace) -> None:
    clock = flow_of("/api/v3/time", answer=b'{"serverTime":%d}' % round(STARTED * 1000 + 10_025))
    await doctor.addon.response(clock)
    flow = refused(signed(TIMESTAMP))
    observation = doctor.addon._observation(flow, answer_seen(flow))
    assert observation.exchange_ms == round(STARTED * 1000) + 10_000


# -- WebSocket API -----------------------------------------------------------------------------------


def logon(payload: bytes) -> dict[str, object]:
    params = {"apiKey": API_KEY, "timestamp": 1_795_264_200_000, "signature": hmac_of(payload).decode()}
    return {"id": 1, "method": "account.status", "params": params}


RIGHT_PAYLOAD = f"apiKey={API_KEY}&timestamp=1795264200000".encode()
FRAME_REFUSED = {
    "id": 1,
    "status": 400,
    "error": {"code": -1022, "msg": "Signature for this request is not valid."},
}


async def test_frames_are_diagnosed_when_their_answer_comes(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    flow = websocket_flow()
    asked = frame(flow, logon(b"timestamp=1795264200000"), from_client=True)
    await doctor.addon.websocket_message(flow)
    assert flow.comment == ""
    frame(flow, FRAME_REFUSED, from_client=False)
    with caplog.at_level(logging.INFO, "binance_doctor"):
        await doctor.addon.websocket_message(flow)
        await asyncio.gather(*doctor.addon._tasks)
    assert flow.marked == MISTAKEN
    assert "WebSocket account.status, HTTP 400, code -1022" in "".join(caplog.messages)
    assert "Signature: wrong" in doctor.addon._page(flow, asked)
    assert doctor.addon._mistaken(flow, asked)


async def test_a_right_frame_is_left_in_peace(doctor: SimpleNamespace) -> None:
    flow = websocket_flow()
    frame(flow, logon(RIGHT_PAYLOAD), from_client=True)
    await doctor.addon.websocket_message(flow)
    frame(flow, {"id": 1, "status": 200, "result": {}}, from_client=False)
    await doctor.addon.websocket_message(flow)
    assert (flow.marked, flow.comment) == ("", "")
    assert "Signature: correct" in doctor.addon.explain([flow])


async def test_stream_messages_are_not_looked_at(doctor: SimpleNamespace) -> None:
    flow = websocket_flow()
    frame(flow, {"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 1}, from_client=True)
    await doctor.addon.websocket_message(flow)
    event = frame(flow, {"e": "trade", "p": "1"}, from_client=False)
    await doctor.addon.websocket_message(flow)
    assert flow.comment == ""
    assert doctor.addon._page(flow, event) == ["This frame asks nothing of Binance's WebSocket API."]


# -- the content view --------------------------------------------------------------------------------


def view_of(flow: http.HTTPFlow, message: http.Message | WebSocketMessage) -> tuple[str, str | None]:
    """Text and name of the view that mitmproxy chooses by itself."""
    shown = contentviews.prettify_message(message, flow)
    return shown.text, shown.view_name


async def test_the_view_opens_by_itself_for_mistaken_requests(doctor: SimpleNamespace) -> None:
    flow = json_body_signed()
    await doctor.addon.response(flow)
    text, name = view_of(flow, flow.request)
    assert name == "Binance signature"
    assert "signed    timestamp=1795264200000{" in text
    assert "expected  timestamp=1795264200000" in text
    assert "What to do: " in text
    assert "Ada Canary" in text  # raw values, on the user's own terminal
    assert hmac_of(TIMESTAMP + JSON_BODY).decode() not in text
    assert SECRET.decode() not in text


async def test_the_view_leaves_right_requests_and_answers_to_others(doctor: SimpleNamespace) -> None:
    right = flow_of(ACCOUNT.encode() + b"?" + signed(TIMESTAMP))
    wrong = json_body_signed()
    await doctor.addon.response(right)
    await doctor.addon.response(wrong)
    assert view_of(right, right.request)[1] != "Binance signature"
    assert wrong.response is not None
    assert view_of(wrong, wrong.response)[1] == "JSON"


async def test_the_view_can_be_chosen_for_any_request(doctor: SimpleNamespace) -> None:
    flow = flow_of(ACCOUNT.encode() + b"?" + signed(TIMESTAMP))
    shown = contentviews.prettify_message(flow.request, flow, "Binance signature")
    assert "Nothing is wrong with this request." in shown.text
    assert hmac_of(TIMESTAMP).decode() not in shown.text


async def test_the_view_says_where_it_has_nothing_to_say(doctor: SimpleNamespace) -> None:
    view = contentviews.registry["binance signature"]
    assert view.render_priority(b"", Metadata()) == -1
    assert view.render_priority(b"", Metadata(flow=tflow.ttcpflow())) == -1
    assert "not a request to Binance" in view.prettify(b"", Metadata(flow=flow_of("/", host="example.com")))
    with pytest.raises(ValueError, match="not an HTTP flow"):
        view.prettify(b"", Metadata())


# -- commands and files ------------------------------------------------------------------------------


async def test_explain_as_a_command(doctor: SimpleNamespace) -> None:
    flows = [json_body_signed(), tflow.ttcpflow(), flow_of("/", host="example.com")]
    lines = doctor.context.master.commands.call("binance.explain", flows)
    assert lines[0] == "POST /sapi/v1/c2c/ads/search, HTTP 400, code -1022"
    assert "1. scope-json-body-appended (proven)" in lines
    assert doctor.addon.explain([]) == ["This is not a request to Binance's API, or it has no answer yet."]


async def test_export_writes_what_concerns_binance_redacted(doctor: SimpleNamespace) -> None:
    wrong, other = json_body_signed(), flow_of("/", host="example.com")
    await doctor.addon.response(wrong)
    path = doctor.folder / "out.jsonl"
    doctor.context.master.commands.call(
        "binance.export_redacted", [wrong, other, tflow.ttcpflow()], str(path)
    )
    text = path.read_text(encoding="ascii")
    assert text.count("\n") == 1
    assert '"rule":"scope-json-body-appended"' in text
    assert [value for value in ("Ada", API_KEY, SECRET.decode()) if value in text] == []
    assert path.stat().st_mode & 0o777 == 0o600


async def test_export_that_cannot_write_says_so(doctor: SimpleNamespace) -> None:
    with pytest.raises(exceptions.CommandError, match="cannot be written"):
        doctor.addon.export_redacted([flow_of()], str(doctor.folder / "no" / "folder"))


async def test_export_is_refused_if_redaction_fails(
    doctor: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.core.redaction.redactor.encode_record", mock.Mock(side_effect=ValueError))
    with pytest.raises(exceptions.CommandError, match="nothing was written"):
        doctor.addon.export_redacted([flow_of()], str(doctor.folder / "out"))
    assert not (doctor.folder / "out").exists()


async def test_flows_are_saved_redacted_as_they_pass(doctor: SimpleNamespace) -> None:
    path = doctor.folder / "saved.jsonl"
    doctor.context.configure(doctor.addon, binance_save_redacted=str(path))
    await doctor.addon.response(json_body_signed())
    await doctor.addon.response(flow_of(ACCOUNT.encode() + b"?" + signed(TIMESTAMP)))
    text = path.read_text(encoding="ascii")
    assert text.count("\n") == 2
    assert '"verdict":"mistaken"' in text
    assert '"verdict":"correct"' in text
    assert "Ada" not in text


@pytest.mark.draws
async def test_no_flow_is_missing_in_what_is_saved(
    doctor: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those without an answer, those that the guard refused, and those whose diagnosis fails."""
    path = doctor.folder / "saved.jsonl"
    doctor.context.configure(doctor.addon, binance_save_redacted=str(path))
    unanswered = flow_of()
    unanswered.response, unanswered.error = None, Error("server disconnected")
    doctor.addon.error(unanswered)
    stopped = flow_of(status=403, host="10.0.0.1")
    stopped.metadata["binance_refused"] = True
    await doctor.addon.response(stopped)
    monkeypatch.setattr(doctor.addon._examiner, "examine", None)
    await doctor.addon.response(refused(TIMESTAMP))
    other = flow_of("/", host="example.test", api_key=None)
    doctor.addon.error(other)
    records = [decode_record(line) for line in path.read_bytes().splitlines()]
    assert [(one.status, one.refused) for one in records if isinstance(one, FlowRecord)] == [
        (None, None), (None, 403), (400, None),
    ]  # fmt: skip


async def test_a_thousand_requests_leave_no_canary_in_the_redacted_file(doctor: SimpleNamespace) -> None:
    path, canaries, draw = doctor.folder / "saved.jsonl", [], random.Random(SEED)
    doctor.context.configure(doctor.addon, binance_save_redacted=str(path))
    for number in range(1000):
        canary = draw.randbytes(12).hex()
        canaries.append(canary)
        query = (
            f"{('symbol', 'newClientOrderId', 'realName', 'listenKey')[number % 4]}={canary}&".encode()
            + TIMESTAMP
        )
        answer = b'{"code":-1102,"msg":"%s","data":{"payee":"%s"}}' % (canary.encode(), canary.encode())
        flow = flow_of(
            b"/api/v3/order?" + signed(query),
            status=400,
            answer=answer,
            headers=((b"X-Canary", canary.encode()),),
        )
        await doctor.addon.response(flow)
    text = path.read_text(encoding="ascii")
    assert text.count("\n") == 1000
    assert [canary for canary in canaries if canary in text] == []


async def test_a_full_disk_stops_no_flow(doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    doctor.context.configure(doctor.addon, binance_save_redacted=str(doctor.folder / "no" / "folder"))
    flow = json_body_signed()
    with caplog.at_level(logging.INFO, "binance_doctor"):
        await doctor.addon.response(flow)
    assert flow.marked == MISTAKEN
    assert "[binance] a flow was not saved (FileNotFoundError)" in caplog.messages


# -- life --------------------------------------------------------------------------------------------


async def test_bad_key_files_are_told_in_one_line_at_start(
    doctor: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    doctor.context.configure(doctor.addon, binance_api_secret_file="/nowhere/secret")
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == (
        "binance_doctor: binance_api_secret_file: there is no such file (name a file, never the secret itself)"
    )
    assert record.exc_info is None


async def test_bad_key_files_are_refused_later_and_the_old_key_stays(doctor: SimpleNamespace) -> None:
    doctor.addon.running()
    with pytest.raises(exceptions.OptionsError, match="no such file"):
        doctor.context.configure(doctor.addon, binance_api_secret_file="/nowhere/secret")
    flow = MISTAKES["scope-trailing-newline"]()
    await doctor.addon.response(flow)
    assert flow.marked == MISTAKEN


async def test_the_end_waits_for_what_is_under_way(
    doctor: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TIMEOUT_SECONDS", 0.0)
    flow = MISTAKES["scope-timestamp-taken-twice"]()
    await doctor.addon.response(flow)
    await doctor.addon.done()
    assert flow.marked == MISTAKEN


async def test_mitmproxy_may_end_it_from_a_place_that_cannot_wait(doctor: SimpleNamespace) -> None:
    """As it does when it reloads a script; a forgotten coroutine would be a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        doctor.context.master.addons.remove(doctor.addon)
        await asyncio.sleep(0.05)
