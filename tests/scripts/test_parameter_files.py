"""Newer copies of the files of parameters: recognised, checked row by row, compared."""

from pathlib import Path

import pytest

from proxy.core.catalogue import Catalogue
from scripts import parameter_files, rebuild_catalogue
from scripts.parameter_files import KINDS, differences, kind_of, problems, read_rows, undescribed, written

ENDPOINT, METHOD, ORDER = KINDS

PRICE = (
    dict.fromkeys(ENDPOINT.columns, "")
    | {"method": "POST", "path": "/api/v3/order", "name": "price", "in": "any", "type": "DECIMAL"}
    | {"required": "conditional", "role": "price", "source": "documentation"}
)
SIDE = PRICE | {"name": "side", "type": "ENUM", "required": "yes", "role": "side"}
OTHER = PRICE | {"method": "GET", "path": "/api/v3/depth", "name": "limit", "role": "limit", "in": "query"}
PING = dict.fromkeys(METHOD.columns, "") | {"family": "spot", "method": "ping", "source": "documentation"}
RULE = dict.fromkeys(ORDER.columns, "") | {
    "family": "spot",
    "method": "POST",
    "path": "/api/v3/order",
    "order_type": "LIMIT",
    "basis": "documented",
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_shipped_file_is_right_and_survives_reading_and_writing(kind: parameter_files.Kind) -> None:
    text = kind.path.read_text("utf-8")
    rows = read_rows(text)
    assert kind_of(text.splitlines()[0].split(",")) is kind
    assert list(problems(kind, rows)) == []
    assert written(kind, rows) == text


def test_other_columns_are_another_file() -> None:
    assert kind_of(("method", "path", "security")) is None
    assert kind_of(ENDPOINT.columns[:-1]) is None


@pytest.mark.parametrize(
    ("kind", "row", "says"),
    [
        (ENDPOINT, PRICE | {"path": "/api/v3/ordr"}, "not in the table of endpoints"),
        (ENDPOINT, PRICE | {"in": "header"}, "place is header"),
        (ENDPOINT, PRICE | {"type": "FLOAT"}, "type is FLOAT"),
        (ENDPOINT, PRICE | {"required": ""}, "required is (blank)"),
        (ENDPOINT, PRICE | {"role": "prize"}, "role is prize"),
        (ENDPOINT, PRICE | {"name": ""}, "needs a name and a source"),
        (ENDPOINT, PRICE | {"source": ""}, "needs a name and a source"),
        (METHOD, PING | {"family": "eapi"}, "family is eapi"),
        (METHOD, PING | {"name": "symbol"}, "type is (blank)"),
        (ORDER, RULE | {"basis": "guess"}, "basis is guess"),
        (ORDER, RULE | {"path": "/api/v3/ordr"}, "not in the table of endpoints"),
    ],
)
def test_a_row_that_cannot_stand_is_named(kind: parameter_files.Kind, row: dict[str, str], says: str) -> None:
    found = list(problems(kind, [row]))
    assert any(one.endswith(says) for one in found)
    assert all(one.startswith(" ".join(filter(None, (row[key] for key in kind.keys)))) for one in found)


@pytest.mark.parametrize(
    ("kind", "row"), [(ENDPOINT, PRICE), (METHOD, PING), (ORDER, RULE), (ORDER, RULE | {"method": "WS"})]
)
def test_a_right_row_is_left_alone(kind: parameter_files.Kind, row: dict[str, str]) -> None:
    assert list(problems(kind, [row])) == []


def test_a_row_named_twice_and_rows_apart_are_found() -> None:
    assert list(problems(ENDPOINT, [PRICE, SIDE, PRICE])) == ["POST /api/v3/order price: stands there twice"]
    assert list(problems(ENDPOINT, [PRICE, OTHER, SIDE])) == [
        "POST /api/v3/order side: the rows of one call must stand together"
    ]
    market = RULE | {"order_type": "MARKET"}
    assert list(problems(ORDER, [RULE, RULE | {"path": "/api/v3/order/test"}, market])) == []


def test_a_write_that_nobody_describes_is_named() -> None:
    catalogue = Catalogue.builtin()
    rows = read_rows(ENDPOINT.path.read_text("utf-8"))
    assert list(undescribed(rows, catalogue)) == []
    without = [row for row in rows if (row["method"], row["path"]) != ("POST", "/api/v3/order")]
    (found,) = undescribed(without, catalogue)
    assert found.startswith("POST /api/v3/order: a write without rows")


def test_the_difference_is_told_cell_by_cell() -> None:
    assert list(differences(ENDPOINT, [PRICE, OTHER], [PRICE | {"max": "9", "source": "x"}, SIDE])) == [
        "~ changed: POST /api/v3/order price max: (blank) -> 9",
        "~ changed: POST /api/v3/order price source: documentation -> x",
        "+ added: POST /api/v3/order side",
        "- removed: GET /api/v3/depth limit",
    ]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data that may be written to."""
    for kind in KINDS:
        (tmp_path / kind.name).write_bytes(kind.path.read_bytes())
    monkeypatch.setattr(parameter_files, "DATA", tmp_path)
    return tmp_path


def test_a_newer_copy_replaces_the_file_only_on_request(
    shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (shipped / "order_rules.csv").read_text("utf-8")
    newer = tmp_path / "newer.csv"
    newer.write_text("".join(before.splitlines(keepends=True)[:-1]), "utf-8")
    assert rebuild_catalogue.main([str(newer)]) == 0
    assert "- removed: " in capsys.readouterr().out
    assert (shipped / "order_rules.csv").read_text("utf-8") == before
    assert rebuild_catalogue.main([str(newer), "--write"]) == 0
    assert (shipped / "order_rules.csv").read_text("utf-8") == newer.read_text("utf-8")
    capsys.readouterr()
    assert rebuild_catalogue.main([str(newer)]) == 0
    assert capsys.readouterr().out.startswith("no difference\n")


def test_a_wrong_copy_is_refused_with_its_rows(
    shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (shipped / "parameters.csv").read_bytes()
    newer = tmp_path / "newer.csv"
    newer.write_text(written(ENDPOINT, [PRICE | {"role": "prize"}]), "utf-8")
    assert rebuild_catalogue.main([str(newer), "--write"]) == 2
    assert "newer.csv: POST /api/v3/order price: role is prize" in capsys.readouterr().err
    assert (shipped / "parameters.csv").read_bytes() == before


def test_the_files_that_ship_can_be_checked(shipped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rebuild_catalogue.main(["--check"]) == 0
    assert capsys.readouterr().out == "nothing is wrong\n"
    (shipped / "parameters.csv").write_text(written(ENDPOINT, [PRICE | {"in": "header"}]), "utf-8")
    assert rebuild_catalogue.main(["--check"]) == 1
    out = capsys.readouterr().out
    assert "parameters.csv: POST /api/v3/order price: place is header" in out
    assert "parameters.csv: POST /sapi/v1/capital/withdraw/apply: a write without rows" in out


def test_a_table_of_endpoints_that_cannot_be_read_is_told_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "endpoints.csv"
    table.write_text("method,path,security\nGET,/api/v3/x,SECRET\n", "utf-8")
    monkeypatch.setattr(rebuild_catalogue, "TABLE", table)
    assert rebuild_catalogue.main(["--check"]) == 1
    assert capsys.readouterr().out.startswith("endpoints.csv: GET /api/v3/x: ")
