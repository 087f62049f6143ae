"""A sample of `make fuzz`: real gateway processes, 2,500 hostile requests, 1,000 hostile answers; and that it can fail."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from harness.gateway import GatewayProcess
from tests.hostile import fuzz_answers as answers_half, fuzz_requests as requests_half
from tests.hostile.drawn_answers import tag_in, tag_of
from tests.hostile.fuzz import main
from tests.hostile.fuzz_answers import AnswerFuzzer, Stage
from tests.hostile.fuzz_requests import Fuzzer
from tests.hostile.fuzz_run import MemoryTrack
from tests.hostile.grammar import KINDS
from tests.hostile.grammar.draft import Asked
from tests.hostile.grammar.secrets import PLANTED
from tests.hostile.tagged_upstream import Manners, TaggedUpstream, tagged_upstream
from tests.support.recording_upstream import RecordingUpstream, recording_upstream


def figure(pattern: str, told: str) -> list[int]:
    """The numbers that a pattern finds in what was printed."""
    return [int(found.replace(",", "")) for found in re.findall(pattern, told)]


@pytest.mark.timeout(240)
def test_a_sample_of_hostile_requests_does_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["--requests", "2500", "--answers", "0", "--seconds", "200", "--seed", "7", "--connections", "16"]
    )
    told = capsys.readouterr().out
    assert code == 0, told
    assert "all signed, clean and asked for" in told
    assert "held: 2,500 of 2,500 done" in told
    for kind in KINDS:
        assert figure(rf"\b{kind}: ([0-9,]+) \(", told)[0] > 0


@pytest.mark.timeout(240)
def test_a_sample_of_hostile_answers_reaches_nobody_else(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["--requests", "0", "--answers", "1000", "--seconds", "200", "--seed", "7", "--connections", "32"]
    )
    told = capsys.readouterr().out
    assert code == 0, told
    assert "held: 1,000 of 1,000 done" in told
    assert figure(r"tag, ([0-9]+) wrong", told) == [0, 0, 0]
    proper, _, forgets = figure(r"wrong; ([0-9,]+) of ", told)
    assert proper > 200
    assert forgets > 100


def test_a_run_that_is_cut_short_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        [
            "--requests",
            "9000000",
            "--answers",
            "9000000",
            "--seconds",
            "1",
            "--seed",
            "7",
            "--connections",
            "8",
        ]
    )
    told = capsys.readouterr().out
    assert code == 3, told
    assert len(re.findall(r"CUT SHORT: [0-9,]+ of 9,000,000 done in the 1 s allowed", told)) == 2
    assert "held" not in told


@asynccontextmanager
async def requests_at(directory: Path) -> AsyncIterator[tuple[Fuzzer, RecordingUpstream, GatewayProcess]]:
    async with (
        recording_upstream() as upstream,
        GatewayProcess(upstream.url, directory, config=requests_half.UNDELAYED) as running,
    ):
        yield Fuzzer(running, upstream, random.Random(7)), upstream, running


async def until_found(fuzzer: Fuzzer) -> str:
    """The first fault of a hundred requests; "" if there is none."""
    await fuzzer.run(100, asyncio.get_running_loop().time() + 20, 8)
    return fuzzer.tally.faults[0] if fuzzer.tally.faults else ""


async def test_a_request_that_must_not_leave_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the gateway let dry runs through: the same request without its header."""
    good = KINDS["odd query"]
    monkeypatch.setattr(requests_half, "GRAMMAR_PART", 1.0)
    monkeypatch.setattr(
        requests_half, "KINDS", {"forbidden": lambda chance: _nothing_may_leave(good(chance))}
    )
    async with requests_at(tmp_path) as (fuzzer, _, _):
        assert "sent 1 times instead of 0" in await until_found(fuzzer)


def _nothing_may_leave(asked: Asked) -> Asked:
    return Asked(asked.octets, dict.fromkeys(asked.most_up, 0))


async def test_another_refusal_than_promised_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests_half, "GRAMMAR_PART", 1.0)
    monkeypatch.setattr(requests_half, "CHANGED_PART", 0.0)
    tunnel = KINDS["through a tunnel"]
    monkeypatch.setattr(
        requests_half,
        "KINDS",
        {"tunnel": lambda chance: Asked(tunnel(chance).octets, token="bad_request")},
    )
    async with requests_at(tmp_path) as (fuzzer, _, _):
        assert "proxied_refused where bad_request was promised" in await until_found(fuzzer)


async def test_a_promised_refusal_that_does_not_come_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests_half, "GRAMMAR_PART", 1.0)
    monkeypatch.setattr(requests_half, "CHANGED_PART", 0.0)
    monkeypatch.setattr(requests_half, "PROMISED_SECONDS", 0.1)
    endless = Asked(b"GET /api/v3/account HTTP/1.1\r\n", token="bad_request")
    monkeypatch.setattr(requests_half, "KINDS", {"without an end": lambda chance: endless})
    async with requests_at(tmp_path) as (fuzzer, _, _):
        assert "answered nothing where bad_request was promised" in await until_found(fuzzer)


@pytest.mark.parametrize("where", ["log", "journal", "answer"])
async def test_a_secret_that_comes_out_is_found_out(where: str, tmp_path: Path) -> None:
    secret = PLANTED[0]
    async with requests_at(tmp_path) as (fuzzer, upstream, running):
        if where == "answer":
            body = secret.encode()
            upstream.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        else:
            running.journal.mkdir(exist_ok=True)
            file = running.log if where == "log" else running.journal / "flows-20260101T000000000Z-0001.jsonl"
            with file.open("a") as opened:
                opened.write(f"a line with {secret.encode().hex()}\n")
        assert "secret" in await until_found(fuzzer)


@asynccontextmanager
async def answers_at(directory: Path) -> AsyncIterator[tuple[AnswerFuzzer, TaggedUpstream]]:
    chance = random.Random(7)
    async with (
        tagged_upstream(chance) as upstream,
        GatewayProcess(upstream.url, directory, config=answers_half.IMPATIENT) as running,
    ):
        yield AnswerFuzzer(running, upstream, chance), upstream


async def test_an_answer_to_somebody_else_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the gateway mixed up two requests: the upstream answers with the tag of the one before."""
    monkeypatch.setattr("tests.hostile.tagged_upstream.tag_in", _one_before)
    async with answers_at(tmp_path) as (fuzzer, _):
        tally = await fuzzer.run(
            Stage("wrong", 1, Manners()),
            1000,
            asyncio.get_running_loop().time() + 20,
            4,
            MemoryTrack(1000, 1000),
        )
    assert tally.wrong > 5
    assert any("was given the answer of request" in fault for fault in tally.faults)


def _one_before(octets: bytes) -> int | None:
    number = tag_in(octets)
    return None if number is None else max(number - 1, 1)


async def test_what_crossed_a_request_counts_apart(tmp_path: Path) -> None:
    async with answers_at(tmp_path) as (fuzzer, upstream):
        upstream.crossed.add(10**9)
        fuzzer._note_other(1, {10**9})
        assert (fuzzer.tally.crossed, fuzzer.tally.wrong) == (1, 0)
        upstream.unasked.extend(["behind an answer", "behind an answer"])
        fuzzer._note_other(2, {10**9, 10**9 + 1})
        assert (fuzzer.tally.crossed, fuzzer.tally.wrong) == (1, 1)
        assert tag_of(1) != tag_of(10**9)
