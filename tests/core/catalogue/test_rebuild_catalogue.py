"""scripts/rebuild_catalogue.py, on small files in the forms of Binance's swagger and Postman repositories."""

import csv
import importlib.util
import json
import sys
from pathlib import Path

import pytest

from proxy.core.catalogue.table import COLUMNS, endpoint_from_row

SCRIPT = Path(__file__).parents[3] / "scripts/rebuild_catalogue.py"
_SPEC = importlib.util.spec_from_file_location("rebuild_catalogue", SCRIPT)
assert _SPEC is not None
assert _SPEC.loader is not None
script = importlib.util.module_from_spec(_SPEC)
sys.modules["rebuild_catalogue"] = script  # dataclasses look their module up
_SPEC.loader.exec_module(script)

SWAGGER = """
openapi: 3.0.2
info: {title: Binance Public Spot API, version: '1.23'}
paths:
  /api/v3/ping:
    get:
      summary: Test Connectivity
      description: "Weight(IP): 2"
  /api/v3/account:
    get:
      summary: Account Information (USER_DATA)
      description: |-
        Get current account information.

        Weight(IP): 40
      parameters:
      - $ref: '#/components/parameters/timestamp'
      - $ref: '#/components/parameters/signature'
      security:
      - ApiKeyAuth: []
  /api/v3/brandNew:
    post:
      summary: Brand new (TRADE)
      description: "Weight(UID): 5"
      parameters:
      - name: symbol
        in: query
      - $ref: '#/components/parameters/signature'
      security:
      - ApiKeyAuth: []
  /api/v3/{id}/odd:
    get: {summary: Odd}
"""

POSTMAN = {
    "info": {"name": "Binance spot API"},
    "item": [
        {
            "name": "Trade",
            "item": [
                {
                    "name": "New Order (TRADE)",
                    "request": {
                        "method": "POST",
                        "header": [{"key": "X-MBX-APIKEY", "value": "{{binance-api-key}}"}],
                        "url": {
                            "raw": "{{url}}/api/v3/order?symbol=&timestamp={{timestamp}}&signature={{signature}}",
                            "query": [{"key": "symbol"}, {"key": "timestamp"}, {"key": "signature"}],
                        },
                        "description": "Weight(IP): 1",
                    },
                },
                {
                    "name": "New listen key",
                    "request": {
                        "method": "POST",
                        "header": [{"key": "X-MBX-APIKEY", "value": ""}],
                        "url": "https://api.binance.com/sapi/v9/streamKey",
                    },
                },
                {
                    "name": "Search ads",
                    "request": {
                        "method": "POST",
                        "header": [],
                        "body": {"mode": "raw", "raw": "{}"},
                        "url": {
                            "raw": "{{url}}/sapi/v1/c2c/ads/brandNew?signature=",
                            "query": [{"key": "signature"}],
                        },
                    },
                },
            ],
        }
    ],
}

ROW = dict.fromkeys(COLUMNS, "") | {
    "needs_api_key": "0", "needs_signature": "0", "mutates": "0", "moves_funds": "0", "family": "spot",
    "security": "NONE", "params_in": "query", "status": "current", "host": "api.binance.com",
    "source": "binance-api-swagger 1.22 (2024-10)",
}  # fmt: skip
SIGNED = {"needs_api_key": "1", "needs_signature": "1"}
ROWS = [
    ROW | {"method": "GET", "path": "/api/v3/ping", "weight": "1", "weight_kind": "IP"},
    ROW | SIGNED | {"method": "GET", "path": "/api/v3/account", "security": "UNKNOWN", "note": "judged by hand"},
    ROW | SIGNED | {"method": "POST", "path": "/api/v3/order", "security": "TRADE", "mutates": "1",
                    "moves_funds": "1", "source": "binance-api-postman (2026-07-22)"},
    ROW | {"method": "GET", "path": "/api/v3/retired"},
]  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "endpoints.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(ROWS)
    return path


@pytest.fixture
def swagger(tmp_path: Path) -> Path:
    path = tmp_path / "spot_api.yaml"
    path.write_text(SWAGGER, "utf-8")
    return path


@pytest.fixture
def postman(tmp_path: Path) -> Path:
    path = tmp_path / "spot.postman_collection.json"
    path.write_text(json.dumps(POSTMAN), "utf-8")
    return path


def read(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {f"{row['method']} {row['path']}": row for row in csv.DictReader(lines)}


def run(table: Path, *arguments: str | Path) -> int:
    return int(script.main(["--table", str(table), *map(str, arguments)]))


def test_the_difference_is_printed_and_nothing_is_written(
    table: Path, swagger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = table.read_bytes()
    assert run(table, swagger) == 0
    lines = capsys.readouterr().out.splitlines()
    assert table.read_bytes() == before
    assert "+ added: POST /api/v3/brandNew" in lines
    assert "- removed: GET /api/v3/retired is not in binance-api-swagger 1.23" in lines
    assert "~ changed: GET /api/v3/ping weight: 1 -> 2" in lines
    assert "~ changed: GET /api/v3/account weight: (blank) -> 40" in lines
    assert "~ changed: GET /api/v3/account security: UNKNOWN -> USER_DATA" in lines
    assert "! skipped: GET /api/v3/{id}/odd" in lines
    assert lines[-2:] == [
        "1 added, 1 removed, 4 changed, 0 disputed, 1 skipped",
        "nothing written; add --write to keep this",
    ]


def test_a_merge_keeps_what_was_judged_by_hand(table: Path, swagger: Path) -> None:
    assert run(table, swagger, "--dated", "2027-01", "--write") == 0
    rows = read(table)
    assert rows["GET /api/v3/account"]["note"] == "judged by hand"
    assert rows["GET /api/v3/account"]["source"] == "binance-api-swagger 1.23 (2027-01)"
    assert list(rows)[:4] == [f"{row['method']} {row['path']}" for row in ROWS]
    assert rows["GET /api/v3/retired"]["status"] == "current"
    for row in rows.values():
        endpoint_from_row(row)


def test_a_new_write_is_taken_for_the_worst(table: Path, swagger: Path, postman: Path) -> None:
    run(table, swagger, postman, "--write")
    rows = read(table)
    new = rows["POST /api/v3/brandNew"]
    assert (new["needs_api_key"], new["needs_signature"], new["security"]) == ("1", "1", "TRADE")
    assert (new["mutates"], new["moves_funds"], new["moves_funds_kind"]) == ("1", "1", "unknown")
    assert (new["weight"], new["weight_kind"]) == ("5", "UID")
    assert "by hand" in new["note"]


def test_postman_collections_are_read_in_depth(table: Path, postman: Path) -> None:
    run(table, postman, "--write")
    rows = read(table)
    assert rows["POST /api/v3/order"]["weight"] == "1"
    stream = rows["POST /sapi/v9/streamKey"]
    assert (stream["needs_api_key"], stream["needs_signature"], stream["family"]) == ("1", "0", "sapi")
    ads = rows["POST /sapi/v1/c2c/ads/brandNew"]
    assert (ads["needs_signature"], ads["params_in"], ads["family"]) == ("1", "json", "c2c")


def test_a_second_run_changes_nothing(table: Path, swagger: Path, postman: Path) -> None:
    run(table, swagger, postman, "--write")
    once = table.read_bytes()
    run(table, swagger, postman, "--write")
    assert table.read_bytes() == once


def test_a_disputed_cell_changes_only_when_its_column_is_taken(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = tmp_path / "more.csv"
    more.write_text("method,path,mutates\nGET,/api/v3/ping,1\n", "utf-8")
    run(table, more, "--write")
    assert "? disputed: GET /api/v3/ping mutates: table 0, CSV 1" in capsys.readouterr().out
    assert read(table)["GET /api/v3/ping"]["mutates"] == "0"
    run(table, more, "--take", "mutates", "--write")
    assert read(table)["GET /api/v3/ping"]["mutates"] == "1"


def test_of_several_sources_the_last_one_wins(table: Path, swagger: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("method,path,weight,source\nGET,/api/v3/ping,9,a note\n", "utf-8")
    run(table, more, swagger, "--write")
    assert read(table)["GET /api/v3/ping"]["weight"] == "2"
    run(table, swagger, more, "--write")
    assert read(table)["GET /api/v3/ping"]["weight"] == "9"
    assert "a note" in read(table)["GET /api/v3/ping"]["source"]


DELTA = """\
method,path,security,needs_api_key,needs_signature,weight,mutates,moves_funds,status,source,note,change
GET,/api/v3/account,TRADE,1,1,20,1,0,older_doc_only,a change log + a package 2.0,new in May,security status (CONFLICT)
GET,/api/v3/ping,,,,,,,removed,a change log,,behaviour
POST,/api/v3/switch,TRADE,1,1,,1,0,current,a change log,a setting,add
GET,/api/v3/retired,,,,,,,removed,binance-api-swagger 1.22 (2024-10),gone,status
"""


@pytest.fixture
def delta(tmp_path: Path) -> Path:
    path = tmp_path / "delta.csv"
    path.write_text(DELTA, "utf-8")
    return path


def test_a_delta_wins_in_the_columns_that_it_names(
    table: Path, delta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(table, delta, "--write") == 0
    rows, lines = read(table), capsys.readouterr().out.splitlines()
    account = rows["GET /api/v3/account"]
    assert (account["security"], account["status"]) == ("TRADE", "older_doc_only")
    assert account["mutates"] == "0"  # not named
    assert "? disputed: GET /api/v3/account mutates: table 0, CSV 1" in lines
    assert "~ changed: GET /api/v3/account status: current -> older_doc_only" in lines
    assert account["note"] == "judged by hand; new in May"
    assert account["source"] == "binance-api-swagger 1.22 (2024-10) + a change log + a package 2.0"
    assert rows["GET /api/v3/ping"]["status"] == "current"  # `behaviour` names no column
    assert (rows["GET /api/v3/retired"]["status"], rows["GET /api/v3/retired"]["note"]) == ("removed", "gone")
    assert rows["GET /api/v3/retired"]["source"] == "binance-api-swagger 1.22 (2024-10)"


def test_a_new_write_of_a_delta_was_judged(table: Path, delta: Path) -> None:
    run(table, delta, "--write")
    new = read(table)["POST /api/v3/switch"]
    assert (new["mutates"], new["moves_funds"], new["moves_funds_kind"]) == ("1", "0", "")
    assert new["note"] == "a setting"


def test_a_delta_that_was_merged_changes_nothing_more(
    table: Path, delta: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(table, delta, "--write")
    once = table.read_bytes()
    capsys.readouterr()
    run(table, delta, "--write")
    assert table.read_bytes() == once
    assert "0 added, 0 removed, 0 changed, 1 disputed, 0 skipped" in capsys.readouterr().out


def test_a_cell_never_breaks_the_line(table: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text('method,path,note\nGET,/api/v3/ping,"two\nlines, one cell"\n', "utf-8")
    run(table, more, "--write")
    assert read(table)["GET /api/v3/ping"]["note"] == "two lines, one cell"
    assert len(table.read_text("utf-8").splitlines()) == len(ROWS) + 1


def test_rows_that_a_source_lost_are_marked_only_on_request(table: Path, swagger: Path) -> None:
    run(table, swagger, "--mark-removed", "--write")
    rows = read(table)
    assert rows["GET /api/v3/retired"]["status"] == "removed"
    assert rows["POST /api/v3/order"]["status"] == "current"  # another kind of source knows it


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.json", "{", "neither JSON nor YAML"),
        ("a.yaml", "just: this", "neither an OpenAPI file"),
        ("a.csv", "path,colour\n/api/v3/x,red\n", "needs the columns method and path"),
        ("a.csv", "method,path\nGET,/api/v3/x\n", "needs its own `source`"),
        ("a.csv", "method,path,security,source\nGET,/api/v3/x,SECRET,me\n", "GET /api/v3/x"),
    ],
)
def test_an_unusable_source_stops_before_anything_is_written(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, complaint: str
) -> None:
    before = table.read_bytes()
    (tmp_path / name).write_text(text, "utf-8")
    assert run(table, tmp_path / name, "--write") == 2
    assert complaint in capsys.readouterr().err
    assert table.read_bytes() == before


def test_the_shipped_table_survives_reading_and_writing(tmp_path: Path) -> None:
    script.write_table(script.read_table(script.TABLE), tmp_path / "copy.csv")
    assert (tmp_path / "copy.csv").read_bytes() == script.TABLE.read_bytes()


def test_the_groups_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--list-operations"]) == 0
    assert "# money_out: 16" in capsys.readouterr().out.splitlines()


def test_the_groups_of_reads_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["--list-reads"]) == 0
    assert "# c2c_credentials: 2" in capsys.readouterr().out.splitlines()
