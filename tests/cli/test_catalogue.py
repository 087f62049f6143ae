"""`catalogue`: what is known, how old it is, and what contradicted it."""

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from proxy.core.flow import Answer
from proxy.sandbox import Fault, Sandbox, SandboxKey, start
from tests.cli.conftest import Run
from tests.core.redaction.flows import json_answer, make_flow, redactor
from tests.journal.lines import open_journal
from tests.support.gateway import API_KEY, API_SECRET, gateway

BAD_KEY = {"code": -2014, "msg": "API-key format invalid."}


def write(directory: Path, *answered: tuple[bytes, Answer], environment: str = "production") -> str:
    """A journal of these GETs, written as a gateway does."""
    journal = open_journal(directory)
    for number, (target, answer) in enumerate(answered):
        flow = make_flow("GET", target, answer=answer, request_id=f"0011223344-{number:08x}")
        flow.started_ms += 1000 * number
        flow.environment = environment
        journal.record(redactor().redact(flow))
    journal.close()
    return str(directory)


def test_the_summary_counts_what_is_known(run: Run) -> None:
    said = run("catalogue")
    assert said.code == 0
    assert said.out.splitlines()[1:3] == [
        " 1,067  endpoints, 309 of them change something",
        " 6,188  parameters of them",
    ]
    known = json.loads(run("catalogue", "--json").out)
    assert known["endpoints"] == 1067
    assert known["websocket_methods"] > 80
    assert known["table_date"] == "2026-11-28"


def test_the_summary_counts_rows_of_the_configuration(run: Run) -> None:
    Path("config.yaml").write_text("endpoints:\n  - endpoint: POST /api/v3/brand/new\n")
    assert json.loads(run("catalogue", "--json").out)["writes"] == 310


def test_age_is_told_file_by_file_and_source_by_source(run: Run) -> None:
    said = run("catalogue", "--age")
    assert said.code == 0
    assert "its newest source is " in said.out
    assert "endpoints.csv\n" in said.out
    assert "binance/binance-spot-api-docs (spot endpoints" in said.out
    assert "2026-10-29  papi   POST and GET /papi/v1/unimmr/notification" in said.out
    known = json.loads(run("catalogue", "--age", "--json").out)
    assert {one["file"] for one in known["files"]} >= {"endpoints.csv", "errors.json", "parameters.csv"}
    states = [one["state"] for one in known["sources"]]
    assert states == sorted(states, reverse=True)
    assert len(known["changes"]) == 26
    assert len({one["days"] for one in known["files"]}) == 1


def test_an_endpoint_is_told_with_parameters_limits_and_source(run: Run) -> None:
    said = run("catalogue", "--endpoint", "POST /api/v3/order")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "POST /api/v3/order"
    assert "  the path is also known with DELETE, GET" in lines
    assert "  needs       key, timestamp and signature (Binance's label: TRADE)" in lines
    assert "  weight      1, counted by IP" in lines
    assert "  operation   spot; in the profiles spot" in lines
    assert "  limits      symbols, max_quantity, max_quote (each max also per day)" in lines
    assert any(line.split()[:2] == ["symbol", "needed"] for line in lines)
    assert any("one of BUY, SELL" in line for line in lines)
    assert any(line.startswith("  source      ") for line in lines)
    told = json.loads(run("catalogue", "--endpoint", "POST /api/v3/order?symbol=A", "--json").out)
    assert told["profiles"] == ["spot"]
    assert {one["name"]: one["role"] for one in told["parameters"]}["quoteOrderQty"] == "quote_quantity"


TOLD: list[tuple[str, list[str]]] = [
    ("GET /api/v3/depth", [
        "weight      variable (5 without parameters), counted by IP",
        "needs       nothing (Binance's label: NONE)",
        "operation   read: market; let through unless the policy's `read` leaves it out",
        "changes     nothing",
    ]),
    ("GET /sapi/v1/system/status", ["parameters  no source tells them"]),
    ("POST /sapi/v1/c2c/chat/sendMessage", [
        "and others, which no source tells", "weight      nobody says", "family      c2c, unverified",
        "limits      none can bound it", "its answer  may hold: personal",
    ]),
    ("POST /sapi/v1/capital/withdraw/apply", [
        "limits      coins, addresses, networks, max_quantity (each max also per day)",
        "operation   money out; in no profile: one allow line lets it through",
        "changes     something, and can move funds: withdraw",
    ]),
    ("POST /api/v3/brand/new", ["no source knows it; what follows is assumed", "parameters  no source tells them"]),
    ("GET /sapi/v1/c2c/agent/orderMatch/releaseCoin", ["it is taken for POST /sapi/v1/c2c/orderMatch/releaseCoin"]),
    ("DELETE /api/v3/order", ["limits      symbols\n", "changes     something\n"]),
    ("GET /api/v1/depth", ["family      spot, removed"]),
    ("POST /sapi/v1/userListenToken", ["needs       the key (Binance's label: USER_STREAM)"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), TOLD, ids=[one[0] for one in TOLD])
def test_what_is_not_known_or_assumed_is_said(run: Run, name: str, wanted: list[str]) -> None:
    said = run("catalogue", "--endpoint", name)
    assert said.code == (0 if "no source knows it" not in said.out else 1)
    assert [one for one in wanted if one not in said.out] == []


def test_without_contradictions_the_answer_says_how_much_was_looked_at(run: Run, tmp_path: Path) -> None:
    good = (b"/api/v3/account", json_answer({}))
    there = write(tmp_path / "j", good, good)
    said = run("catalogue", "--contradictions", "--journal", there)
    assert (said.code, said.out) == (
        0, "nothing in 2 answers of listed endpoints contradicts the table of 2026-11-28\n"
    )  # fmt: skip


def test_contradictions_of_production_are_told_with_what_to_do_and_exit_1(run: Run, tmp_path: Path) -> None:
    bad = json_answer(BAD_KEY, 401)
    depth = b"/api/v3/depth?symbol=BTCUSDT"
    there = write(tmp_path / "j", (depth, bad), (b"/api/v3/account", bad), (depth, bad))
    said = run("catalogue", "--contradictions", "--journal", there)
    assert said.code == 1
    first, says, do = said.out.splitlines()
    assert first == (
        "GET /api/v3/depth  2 times, 2026-07-23T10:14:56.789Z to 2026-07-23T10:14:58.789Z, 0011223344-00000002"
    )
    assert says == "  the table says public, the exchange asked for a key: -2014"
    assert do.startswith("  do: add under `endpoints:`: {endpoint: GET /api/v3/depth, needs: key}")
    told = json.loads(run("catalogue", "--contradictions", "--journal", there, "--json").out)
    assert told["answers"] == 3
    assert [(one["kind"], one["count"]) for one in told["contradictions"]] == [("wants_key", 2)]


def test_since_leaves_out_what_is_older(run: Run, tmp_path: Path) -> None:
    depth = (b"/api/v3/depth", json_answer(BAD_KEY, 401))
    there = write(tmp_path / "j", depth)
    words = ("catalogue", "--contradictions", "--journal", there, "--since")
    assert run(*words, "2026-07-23T10:14:56").code == 1
    said = run(*words, "2026-07-23T10:14:57")
    assert said.code == 0
    assert "nothing in 0 answers" in said.out


def test_a_correction_that_was_made_since_ends_the_matter(run: Run, tmp_path: Path) -> None:
    there = write(tmp_path / "j", (b"/api/v3/depth", json_answer(BAD_KEY, 401)))
    Path("config.yaml").write_text("endpoints:\n  - {endpoint: GET /api/v3/depth, needs: key}\n")
    assert run("catalogue", "--contradictions", "--journal", there).code == 0


def test_other_environments_are_shown_and_are_no_news(run: Run, tmp_path: Path) -> None:
    there = write(tmp_path / "j", (b"/api/v3/depth", json_answer(BAD_KEY, 401)), environment="testnet")
    said = run("catalogue", "--contradictions", "--journal", there)
    assert said.code == 0
    assert (
        "not in production, which the table describes, so no news of it:\nGET /api/v3/depth  testnet, once, "
        in said.out
    )
    assert "do: " not in said.out


def test_damaged_lines_are_told(run: Run, tmp_path: Path) -> None:
    there = write(tmp_path / "j", (b"/api/v3/account", json_answer({})))
    (file,) = (tmp_path / "j").glob("flows-*.jsonl")
    with file.open("ab") as more:
        more.write(b'{"type":"flow"\n')
    assert (
        run("catalogue", "--contradictions", "--journal", there).err
        == "warning: 1 damaged lines were skipped\n"
    )


async def test_a_gateway_that_ran_is_read_after_it_has_ended(run: Run, tmp_path: Path) -> None:
    box = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)])
    box.faults.add(Fault(path="/api/v3/depth", status=401, body=json.dumps(BAD_KEY).encode()))
    exchange = await start(box)
    for _ in range(2):
        async with gateway(exchange.url, tmp_path / "j") as running, ClientSession() as session:
            async with session.get(running.url + "/api/v3/depth?symbol=BTCUSDT") as answer:
                await answer.read()
    await exchange.stop()
    said = run("catalogue", "--contradictions", "--journal", str(tmp_path / "j"))
    assert said.code == 0
    assert "nothing in 2 answers" in said.out
    assert "GET /api/v3/depth  sandbox, once, " in said.out


WRONG: list[tuple[list[str], int, str]] = [
    (
        ["--age", "--contradictions"],
        2,
        "error: --age, --contradictions and --endpoint answer different questions",
    ),
    (["--age", "--endpoint", "GET /api/v3/time"], 2, "answer different questions"),
    (["--since", "7d"], 2, "error: --since belongs to --contradictions"),
    (["--contradictions", "--since", "soon"], 2, "10m, 2h, 3d"),
    (["--endpoint", "order"], 2, "error: the endpoint must be a method and a path"),
    (["--endpoint", "POST /bapi2/x"], 2, "error: the path begins with none of Binance's API prefixes"),
    (["--contradictions", "--journal", "nowhere"], 3, "error: there is no journal at nowhere"),
]


@pytest.mark.parametrize(("words", "code", "says"), WRONG, ids=range(len(WRONG)))
def test_what_cannot_be_answered_is_refused_with_a_hint(
    run: Run, words: list[str], code: int, says: str
) -> None:
    said = run("catalogue", *words)
    assert (said.code, said.out) == (code, "")
    assert says in said.err


def test_the_help_begins_with_what_people_want(run: Run) -> None:
    said: Any = run("catalogue", "--help").out
    assert said.index("--endpoint 'POST /api/v3/order'") < said.index("Options:")


def test_more_than_is_listed_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from proxy.core.catalogue import contradictions

    monkeypatch.setattr(contradictions, "MOST_ENTRIES", 1)
    bad = json_answer(BAD_KEY, 401)
    there = write(tmp_path / "j", (b"/api/v3/depth", bad), (b"/api/v3/time", bad), (b"/api/v3/ping", bad))
    assert (
        "and 2 more, beyond what is listed here\n"
        in run("catalogue", "--contradictions", "--journal", there).out
    )


def test_a_name_that_nobody_knows_is_told_with_the_nearest(run: Run) -> None:
    said = run("catalogue", "--endpoint", "POST /api/v3/oder")
    assert said.code == 1
    assert "did you mean POST /api/v3/order?" in said.out
