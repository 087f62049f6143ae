"""How a request is taken apart: signatures, candidates, parameters, answers, frames."""

import pytest

from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.frames.frame import read_frame
from proxy.core.diagnosis.names import known_spelling, shown
from proxy.core.diagnosis.search.candidate import Candidate
from tests.core.diagnosis.checks import NOW, request


def test_signatures_are_cut_wherever_they_stand() -> None:
    parsed = ParsedRequest(request("POST /x?a=1&signature=aa&b=2", body="c=3&sign%61ture=b%2Bb"))
    assert parsed.expected == b"a=1&b=2c=3"
    assert [(s.text, s.place, s.last) for s in parsed.signatures] == [
        (b"aa", "query", False),
        (b"b+b", "form", True),
    ]


def test_names_that_only_resemble_signature_are_data() -> None:
    assert ParsedRequest(request("GET /x?SIGNATURE=1&signature_=2")).expected == b"SIGNATURE=1&signature_=2"


def test_a_json_body_is_no_part_of_the_payload() -> None:
    parsed = ParsedRequest(request("POST /x?a=1", body='{"b": 2}'))
    assert parsed.expected == b"a=1"
    assert parsed.json_fields == {"b": 2}


def test_parameters_are_decoded_beside_the_octets() -> None:
    param = ParsedRequest(request("GET /x?na%6De=a+b%2Bc")).param("name")
    assert param is not None
    assert (param.value, param.raw_value) == ("a b+c", b"a+b%2Bc")


@pytest.mark.parametrize(
    ("text", "ms"),
    [("1780000000000", NOW), ("1780000000000123", NOW), ("1780000000", None), ("x", None), ("\u0661", None)],
)
def test_the_timestamp_in_milliseconds(text: str, ms: int | None) -> None:
    assert ParsedRequest(request(f"GET /x?timestamp={text}")).timestamp_ms == ms


def test_drafts_keep_query_and_form_apart() -> None:
    candidate = Candidate((b"a=1", b"b=2"), (b"c=3",))
    assert candidate.text == b"a=1&b=2c=3"
    assert candidate.cut(1) == (Candidate((b"a=1",)), Candidate((b"b=2",), (b"c=3",)))
    assert candidate.cut(2) == (Candidate((b"a=1", b"b=2")), Candidate((), (b"c=3",)))
    assert candidate.around(1, 2) == (b"a=1&", b"c=3")
    assert candidate.around(2, 3) == (b"a=1&b=2", b"")
    assert candidate.around(2, 2) == (b"a=1&b=2&", b"c=3")
    assert candidate.replaced(1, b"x=9") == Candidate((b"a=1", b"x=9"), (b"c=3",))
    assert candidate.replaced(0, b"a=1", b"a=2") == Candidate((b"a=1", b"a=2", b"b=2"), (b"c=3",))
    assert candidate.replaced(2, b"d=4", b"e=5") == Candidate((b"a=1", b"b=2"), (b"d=4", b"e=5"))
    assert candidate.with_pairs((b"c=3", b"b=2", b"a=1")) == Candidate((b"c=3", b"b=2"), (b"a=1",))


def test_frames_keep_the_text_of_numbers() -> None:
    frame = read_frame(
        b'{"method": "m", "params": {"b": 5000.0, "a": 5000, "c": true, "d": [1, "x"], "signature": "s"}}'
    )
    assert frame is not None
    assert frame.pairs == (b"b=5000.0", b"a=5000", b"c=true", b'd=[1,"x"]')
    assert frame.signature == b"s"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"params": 1}', b"{" * 5000, b"\xff"])
def test_what_is_no_frame_is_none(body: bytes) -> None:
    assert read_frame(body) is None


@pytest.mark.parametrize(
    ("body", "code", "refused"),
    [
        (b'{"code": -1022, "msg": "x"}', -1022, False),
        (b'{"code": "-2008"}', -2008, False),
        (b'{"code": "83229", "success": false, "data": null}', "83229", True),
        (b'{"code": "000000", "success": true, "data": {}}', "000000", False),
        (b"<html>", None, False),
        (b'{"code": true}', None, False),
    ],
)
def test_answers_are_read(body: bytes, code: object, refused: bool) -> None:
    answer = read_answer(AnswerSeen(200 if refused else 400, (), body))
    assert answer is not None
    assert answer.code == code
    assert answer.refused_in_200 is refused


def test_a_websocket_answer_has_its_error_inside() -> None:
    answer = read_answer(
        AnswerSeen(200, (), b'{"id": 1, "status": 400, "error": {"code": -1022, "msg": "no"}}')
    )
    assert answer is not None
    assert (answer.status, answer.code, answer.message) == (400, -1022, "no")


def test_the_date_header_gives_the_exchange_time() -> None:
    answer = read_answer(AnswerSeen(400, ((b"Date", b"Thu, 28 May 2026 20:26:40 GMT"),), b""))
    assert answer is not None
    assert answer.server_ms == NOW


@pytest.mark.parametrize("name", ["secretXYZ123", "x" * 64, "", "Symbol"])
def test_unknown_names_are_shown_by_their_place(name: str) -> None:
    assert shown(name, 2) == "parameter number 3"


def test_known_names_are_shown_and_misspellings_recognised() -> None:
    assert shown("symbol", 0) == "symbol"
    assert known_spelling("recv_window") == "recvWindow"
    assert known_spelling("recvWindow") is None
    assert known_spelling("whatever") is None
