"""Reasons behind Binance's own text, where the configuration or the call wants them; else every octet stays."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import ORDER, Got, house, http, says
from tests.upstream.scripted import answers, hangs_up

COMMA = b'{"code":-1100,"msg":"Illegal characters found in parameter \'quantity\'; legal range is \'x\'."}'
BAD = ORDER.replace("0.6", "0,6")
BUSY = b'{"code":-1001,"msg":"Internal error; unable to process your request. Please try again."}'
MESSAGE: dict[str, Any] = {"answers": {"explain": "message"}}
SHOWS = says(200, b'{"status":"NEW","time":1795262401000}')


def text(got: Got) -> str:
    found: str = json.loads(got.body)["msg"]
    return found


WANTED: list[tuple[dict[str, Any], dict[str, str], bool]] = [
    ({}, {}, False),
    ({}, {"X_Gateway_Explain": "message"}, True),
    ({}, {"X_Gateway_Explain": "header"}, False),
    (MESSAGE, {}, True),
    (MESSAGE, {"X_Gateway_Explain": "header"}, False),
    (MESSAGE, {"X_Gateway_Explain": " message "}, True),
    ({"answers": {"explain": "header"}}, {}, False),
]


@pytest.mark.parametrize(("settings", "headers", "told"), WANTED)
async def test_the_reason_stands_in_the_message_where_it_is_wanted(
    settings: dict[str, Any], headers: dict[str, str], told: bool, tmp_path: Path
) -> None:
    async with house(tmp_path, says(400, COMMA), **settings) as at:
        got = await at.order(BAD, **headers)
        assert got.status == 400
        assert got.headers["X-Gateway-Diagnosis"].startswith("param-decimal-comma; ")
        assert got.headers["Content-Length"] == str(len(got.body))
        assert got.headers.get("X-Gateway-Explain") == ("message" if told else None)
        if not told:
            assert got.body == COMMA
            return
        before, _, words = text(got).partition(" [gateway: ")
        assert before == json.loads(COMMA)["msg"]
        assert "comma" in words
        assert words.endswith("]")
        record = await at.flow()
        assert record["http.response.body.size"] == len(COMMA)
        assert said_by_binance(record) == await recorded(tmp_path / "plain")
        assert "[gateway:" not in json.dumps(record)


def said_by_binance(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: record[name] for name in record if name in ("code", "msg") or name.startswith("http.response")
    }


async def recorded(tmp_path: Path) -> dict[str, Any]:
    """How the journal has the same answer where nobody wants words in it."""
    async with house(tmp_path, says(400, COMMA)) as at:
        await at.order(BAD)
        found = said_by_binance(await at.flow())
        assert found["code"] == -1100 or found["code"] == "-1100"
        return found


async def test_an_answer_without_an_error_keeps_every_octet(tmp_path: Path) -> None:
    for status, body in (
        (200, b'{"code":-1100,"msg":"in a good answer"}'),
        (400, b'{"code": -1, "message":"a"}'),
        (400, b"<html>"),
    ):
        async with house(tmp_path / str(len(body)), says(status, body), **MESSAGE) as at:
            got = await at.order(BAD)
            assert (got.status, got.body) == (status, body)
            assert "X-Gateway-Explain" not in got.headers


async def test_a_compressed_error_comes_plain(tmp_path: Path) -> None:
    packed = gzip.compress(COMMA)
    async with house(tmp_path, says(400, packed, "Content-Encoding: gzip"), **MESSAGE) as at:
        got = await at.order(BAD, Accept_Encoding="gzip")
        assert "Content-Encoding" not in got.headers
        assert "[gateway: " in text(got)
        assert (await at.flow())["http.response.body.size"] == len(packed)


async def test_what_is_not_known_says_so_for_a_write_and_a_look_up_says_more(tmp_path: Path) -> None:
    named = ORDER + "&newClientOrderId=a-1"
    async with house(tmp_path, says(503, BUSY), SHOWS, **MESSAGE) as at:
        got = await at.order(named)
        assert (got.status, got.headers["X-Gateway-Outcome"]) == (503, "executed")
        assert text(got).startswith(json.loads(BUSY)["msg"] + " [gateway: ")
        assert text(got).endswith("Looked up: it was executed, do not send it again.]")
    async with house(tmp_path / "none", says(503, BUSY), orders={"outcome_wait_seconds": 0}, **MESSAGE) as at:
        assert text(await at.order(named)).endswith(
            "It may have been executed: look before you send it again.]"
        )
    async with house(tmp_path / "read", says(503, BUSY), **MESSAGE) as at:
        assert "executed" not in text(await at.ask("GET", "/api/v3/account"))


async def test_our_own_answer_says_what_became_of_it_as_well(tmp_path: Path) -> None:
    async with house(tmp_path, hangs_up, SHOWS, **MESSAGE) as at:
        got = await at.order(ORDER + "&newClientOrderId=a-1")
        assert got.token == "upstream_no_answer"
        assert text(got).startswith("gateway: ")
        assert text(got).endswith(". Looked up: it was executed, do not send it again.")
    async with house(tmp_path / "plain", hangs_up, SHOWS) as at:
        assert "Looked up" not in text(await at.order(ORDER + "&newClientOrderId=a-1"))


async def test_a_large_error_is_not_touched(tmp_path: Path) -> None:
    body = b'{"code":-1100,"msg":"a","x":"%b"}' % (b"a" * 70_000)
    async with house(tmp_path, answers(http(400, body)), **MESSAGE) as at:
        assert (await at.order(BAD)).body == body


@pytest.mark.parametrize("value", ["Message", "1", "body", "message,header", ""])
async def test_another_value_is_refused(value: str, tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        got = await at.order(X_Gateway_Explain=value)
        assert (got.status, got.token, at.sent) == (400, "bad_control_header", [])
