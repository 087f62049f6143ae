#!/usr/bin/env python3
"""Merge downloaded endpoint lists into proxy/core/catalogue/data/endpoints.csv, and print the difference.

    scripts/rebuild_catalogue.py spot_api.yaml binance_spot.postman_collection.json more.csv [--write]

Takes OpenAPI files (JSON or YAML, as in binance/binance-api-swagger), Postman collections (as in
binance/binance-api-postman) and CSV files with columns of the table. A CSV file with a further column `change` is
a delta that a person has judged. One with the columns of parameters.csv, parameters_ws.csv or order_rules.csv is a
newer copy of that file, and replaces it whole (scripts/parameter_files.py). Works on files; nothing is downloaded.
`--check` reads the files that ship and says what is wrong with them.

Who wins, cell by cell:

1. the table, in everything that a person judged (needs, mutates, moves_funds, params_in, ...): a source that
   says otherwise is printed as `disputed` and changes nothing, unless its column is named with `--take`;
2. the source, in `weight` and `weight_kind`; of several sources the one named last;
3. the source, where the table has a blank or UNKNOWN;
4. a delta, in the columns that its `change` names ("security weight status"; other words there are for people).
   Its note is put behind the one in the table.

A new write is taken for the worst (signed, moves funds) until a person has looked at it. Rows are never
deleted: old clients still call retired paths. `--mark-removed` gives the status `removed` to those that a
source no longer has.
"""

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from proxy.core.catalogue.endpoint import SecurityType  # noqa: E402  # found by the line above
from proxy.core.catalogue.operations import Operation, operation_of  # noqa: E402  # after the path is set
from proxy.core.catalogue.prefixes import prefix_of, table_family_of  # noqa: E402  # after the path is set
from proxy.core.catalogue.reads import ReadGroup, read_group_of  # noqa: E402  # after the path is set
from proxy.core.catalogue.table import (  # noqa: E402  # after the path is set
    CANONICAL_PATH,
    COLUMNS,
    METHODS,
    Catalogue,
    CatalogueError,
    endpoint_from_row,
)
from scripts import parameter_files  # noqa: E402  # after the path is set

TABLE = ROOT / "proxy/core/catalogue/data/endpoints.csv"

FACTS = frozenset({"weight", "weight_kind"})
IDENTITY = frozenset({"method", "path", "source", "status"})
CHANGE = "change"
CORRECTED = frozenset(COLUMNS) - {"method", "path", "source", "note"}
TAKEABLE = tuple(column for column in COLUMNS if column not in IDENTITY | FACTS)
BLANKS = frozenset({"", "UNKNOWN"})
LABELS = frozenset(SecurityType) - {SecurityType.UNKNOWN}
HOSTS = {
    "/fapi": "fapi.binance.com",
    "/dapi": "dapi.binance.com",
    "/eapi": "eapi.binance.com",
    "/papi": "papi.binance.com",
    "/futures/data": "fapi.binance.com",
    "/bapi": "www.binance.com",
}

type Row = dict[str, str]
type Key = tuple[str, str]
type Table = dict[Key, Row]


class SourceError(ValueError):
    """A file that cannot be read as a source; the message names it."""


@dataclass
class Source:
    """What one file says. `kind` is how the table's `source` column names this kind of file."""

    kind: str
    label: str
    rows: list[Row] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    judged: dict[Key, frozenset[str]] = field(default_factory=dict)
    """Of a delta: the columns of a row in which it corrects the table."""

    def add(self, row: Row) -> None:
        """Keep a row whose method and path can stand in the table."""
        known = row["method"] in METHODS and CANONICAL_PATH.fullmatch(row["path"]) and prefix_of(row["path"])
        if known:
            self.rows.append(row)
        else:
            self.skipped.append(f"{row['method']} {row['path']}")


@dataclass
class Difference:
    """What a merge would change, ready to print."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """One line a row, and a last line with the sums."""
        signs = {"added": "+", "removed": "-", "changed": "~", "disputed": "?", "skipped": "!"}
        for name, sign in signs.items():
            yield from (f"{sign} {name}: {text}" for text in getattr(self, name))
        yield ", ".join(f"{len(getattr(self, name))} {name}" for name in signs)


# --- reading sources ---


def read_source(path: Path) -> Source:
    """Recognise a file by its content; raises SourceError for what is none of the three kinds."""
    text = path.read_text("utf-8")
    if path.suffix.lower() == ".csv":
        return _read_csv(text, path.name)
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as problem:
        raise SourceError(f"{path.name}: neither JSON nor YAML: {problem}") from problem
    if isinstance(document, dict) and isinstance(document.get("paths"), dict):
        return _read_openapi(document)
    if isinstance(document, dict) and isinstance(document.get("item"), list):
        return _read_postman(document)
    raise SourceError(f"{path.name}: neither an OpenAPI file (`paths`) nor a Postman collection (`item`)")


def _read_csv(text: str, name: str) -> Source:
    reader = csv.DictReader(io.StringIO(text))
    columns = set(reader.fieldnames or ())
    if not {"method", "path"} <= columns <= {*COLUMNS, CHANGE}:
        raise SourceError(
            f"{name}: needs the columns method and path, and only columns of the table or `change`"
        )
    source = Source(kind="", label="")
    for row in reader:
        # The table keeps one line a row, so that a difference of two versions can be read.
        cells = {column: " ".join(value.split()) for column, value in row.items() if value}
        words = cells.pop(CHANGE, "").split()
        if CHANGE in columns:
            source.judged[row["method"], row["path"]] = frozenset(words) & CORRECTED
        source.add(cells)
    return source


def _read_openapi(document: Mapping[str, Any]) -> Source:
    info = document.get("info", {})
    source = Source("binance-api-swagger", f"binance-api-swagger {info.get('version', '')}".strip())
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method.upper() in METHODS:
                source.add(_openapi_row(method.upper(), path, operation, document))
    return source


def _openapi_row(method: str, path: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> Row:
    names = {_parameter_name(parameter) for parameter in operation.get("parameters", ())}
    secured = operation.get("security", document.get("security", ()))
    return _row(
        method=method,
        path=path,
        title=operation.get("summary", ""),
        description=operation.get("description", ""),
        key=bool(secured),
        signature="signature" in names,
    )


def _parameter_name(parameter: Mapping[str, Any]) -> str:
    return str(parameter.get("name") or parameter.get("$ref", "").rsplit("/", 1)[-1])


def _read_postman(document: Mapping[str, Any]) -> Source:
    source = Source("binance-api-postman", "binance-api-postman")
    for item in _requests(document["item"]):
        source.add(_postman_row(item))
    return source


def _requests(items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for item in items:
        if "item" in item:
            yield from _requests(item["item"])
        elif isinstance(item.get("request"), dict):
            yield item


def _postman_row(item: Mapping[str, Any]) -> Row:
    request = item["request"]
    url = request.get("url", "")
    raw = url if isinstance(url, str) else url.get("raw", "")
    target = urlsplit(re.sub(r"^(\{\{[^}]*\}\}|https?://[^/]*)", "", raw))
    query = target.query if isinstance(url, str) else "&".join(pair["key"] for pair in url.get("query", ()))
    names = {pair.split("=", 1)[0] for pair in query.split("&")}
    body = request.get("body") or {}
    names |= {pair["key"] for pair in body.get("urlencoded", ())}
    headers = {header["key"].lower() for header in request.get("header", ())}
    description = request.get("description", "")
    row = _row(
        method=request.get("method", "").upper(),
        path=target.path,
        title=item.get("name", ""),
        description=description if isinstance(description, str) else description.get("content", ""),
        key="x-mbx-apikey" in headers,
        signature="signature" in names,
    )
    if body.get("mode") == "raw":
        row["params_in"] = "json"
    return row


def _row(*, method: str, path: str, title: str, description: str, key: bool, signature: bool) -> Row:
    row = {
        "method": method,
        "path": path.rstrip("/"),
        "needs_api_key": str(int(key or signature)),
        "needs_signature": str(int(signature)),
    }
    label = re.search(r"\(([A-Z_]+)\)", title)
    if label and label[1] in LABELS:
        row["security"] = label[1]
    weight = re.search(r"Weight\((IP|UID)\)\W*(\d+)", description)
    if weight:
        row["weight_kind"], row["weight"] = weight[1], weight[2]
    return row


# --- merging ---


def read_table(path: Path) -> Table:
    """The current table by method and path, in its order."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {(row["method"], row["path"]): row for row in csv.DictReader(lines)}


def merge(
    table: Table, sources: Iterable[Source], *, take: Iterable[str] = (), mark_removed: bool = False
) -> Difference:
    """Change `table` in place by the rules in the module's docstring, and say what was changed."""
    difference = Difference()
    taken = frozenset(take)
    for source in sources:
        difference.skipped += source.skipped
        for row in source.rows:
            key = row["method"], row["path"]
            if key in table:
                _merge_row(table[key], row, source, taken, difference)
            else:
                table[key] = _new_row(row, source)
                difference.added.append(" ".join(key))
        _note_removed(table, source, difference, mark=mark_removed)
    return difference


def _merge_row(current: Row, row: Row, source: Source, taken: frozenset[str], difference: Difference) -> None:
    name = f"{current['method']} {current['path']}"
    corrected = source.judged.get((row["method"], row["path"]))
    if corrected is not None:  # a row of a delta
        taken |= corrected | {"note"}
        row = row | {"note": _with_note(current["note"], row.get("note", ""))}
    for column, value in row.items():
        before = current[column]
        if column in IDENTITY - taken or value == before or not value:
            continue
        if column in FACTS or column in taken or before in BLANKS:
            current[column] = value
            difference.changed.append(f"{name} {column}: {before or '(blank)'} -> {value}")
        elif value not in BLANKS:
            difference.disputed.append(f"{name} {column}: table {before}, {source.label or 'CSV'} {value}")
    for label in filter(None, row.get("source", source.label).split(" + ")):
        if label not in current["source"]:
            current["source"] = _with_source(current["source"], label, source.kind)


def _with_note(known: str, note: str) -> str:
    return known if note in known else "; ".join(filter(None, (known, note)))


def _with_source(sources: str, label: str, kind: str) -> str:
    """A newer release replaces the older one of its kind, so that the column does not grow for ever."""
    others = [known for known in sources.split(" + ") if not (kind and known.startswith(kind))]
    return " + ".join([*others, label])


def _new_row(row: Row, source: Source) -> Row:
    writes = row["method"] != "GET"
    prefix = prefix_of(row["path"])
    defaults = {
        **dict.fromkeys(COLUMNS, ""),
        "family": table_family_of(row["path"]),
        "security": "UNKNOWN",
        "needs_api_key": "1",
        "needs_signature": "1",
        "params_in": "query|form" if writes else "query",
        "mutates": str(int(writes)),
        "moves_funds": str(int(writes)),
        "moves_funds_kind": "unknown" if writes else "",
        "status": "current",
        "host": HOSTS.get(prefix.path if prefix else "", "api.binance.com"),
        "source": source.label,
        "note": "new: judge mutates and moves_funds by hand" if writes else "",
    }
    merged = defaults | row
    if writes and (merged["needs_api_key"], merged["needs_signature"]) == ("0", "0"):
        merged |= {"needs_api_key": "1", "needs_signature": "1"}
    if merged["moves_funds"] == "0":
        merged["moves_funds_kind"] = ""
    if (merged["needs_api_key"], merged["security"]) == ("0", "UNKNOWN"):
        merged["security"] = "NONE"
    if not merged["source"]:
        raise SourceError(f"{row['method']} {row['path']}: a new row of a CSV file needs its own `source`")
    return {column: merged[column] for column in COLUMNS}


def _note_removed(table: Table, source: Source, difference: Difference, *, mark: bool) -> None:
    """Rows that an older file of this kind had and this one lacks, in the families that this one covers."""
    if not source.kind:
        return
    seen = {(row["method"], row["path"]) for row in source.rows}
    families = {table_family_of(path) for _, path in seen}
    for key, row in table.items():
        known = source.kind in row["source"] and row["family"] in families and row["status"] != "removed"
        if known and key not in seen:
            difference.removed.append(f"{' '.join(key)} is not in {source.label}")
            if mark:
                row["status"] = "removed"


def write_table(table: Table, path: Path) -> None:
    """Write all rows once each of them loads; raises CatalogueError before the file is touched."""
    for row in table.values():
        endpoint_from_row(row)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.values())
    path.write_text(out.getvalue(), "utf-8")


# --- parameters ---


def read_copy(path: Path) -> tuple[parameter_files.Kind, list[Row]] | None:
    """A newer copy of one of the files of parameters, None for any other file; raises SourceError for a wrong one."""
    if path.suffix.lower() != ".csv":
        return None
    text = path.read_text("utf-8")
    kind = parameter_files.kind_of(next(csv.reader(text.splitlines()), []))
    if kind is None:
        return None
    rows = parameter_files.read_rows(text)
    wrong = list(parameter_files.problems(kind, rows))
    if wrong:
        raise SourceError("\n".join(f"{path.name}: {one}" for one in wrong))
    return kind, rows


def replace_copy(kind: parameter_files.Kind, rows: list[Row], *, write: bool) -> Iterator[str]:
    """What a newer copy changes, a line a cell; with `write` it is written."""
    yield from parameter_files.differences(
        kind, parameter_files.read_rows(kind.path.read_text("utf-8")), rows
    )
    if write:
        kind.path.write_text(parameter_files.written(kind, rows), "utf-8")


def check_files() -> Iterator[str]:
    """What is wrong with the files that ship."""
    try:
        catalogue = Catalogue(endpoint_from_row(row) for row in read_table(TABLE).values())
    except CatalogueError as problem:
        yield f"endpoints.csv: {problem}"
        return
    for kind in parameter_files.KINDS:
        rows = parameter_files.read_rows(kind.path.read_text("utf-8"))
        yield from (f"{kind.name}: {text}" for text in parameter_files.problems(kind, rows))
        if "in" in kind.columns:
            yield from (f"{kind.name}: {text}" for text in parameter_files.undescribed(rows, catalogue))


# --- operation groups ---


def operation_lines(catalogue: Catalogue) -> Iterator[str]:
    """Every operation that is not a plain GET, by group: the text of tests/core/catalogue/operations.txt."""
    groups: dict[Operation, list[str]] = {group: [] for group in Operation}
    for endpoint in catalogue:
        group = operation_of(endpoint)
        if endpoint.method != "GET" or group is not Operation.READ:
            kind = f"  ({endpoint.moves_funds_kind})" if endpoint.moves_funds_kind else ""
            groups[group].append(f"{endpoint.name}{kind}")
    for group, names in groups.items():
        yield f"# {group.value}: {len(names)}"
        yield from sorted(names, key=lambda name: name.split(" ", 1)[::-1])
        yield ""


def read_lines(catalogue: Catalogue) -> Iterator[str]:
    """Every read by its group: the text of tests/core/catalogue/reads.txt."""
    groups: dict[ReadGroup, list[str]] = {group: [] for group in ReadGroup}
    for endpoint in catalogue:
        if operation_of(endpoint) is Operation.READ:
            groups[read_group_of(endpoint)].append(endpoint.name)
    for group, names in groups.items():
        yield f"# {group.value}: {len(names)}"
        yield from sorted(names, key=lambda name: name.split(" ", 1)[::-1])
        yield ""


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, 1 when a file that ships is wrong, or 2 when a source or a merged row cannot be used."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.list_operations:
        print("\n".join(operation_lines(Catalogue.builtin())))
        return 0
    if options.list_reads:
        print("\n".join(read_lines(Catalogue.builtin())))
        return 0
    if options.check:
        wrong = list(check_files())
        print("\n".join(wrong) or "nothing is wrong")
        return 1 if wrong else 0
    if not options.sources:
        parser.error("name at least one source file")
    try:
        lines = list(_rebuild(options))
    except (OSError, SourceError, CatalogueError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    print("\n".join(lines or ["no difference"]))
    print("written" if options.write else "nothing written; add --write to keep this")
    return 0


def _rebuild(options: argparse.Namespace) -> Iterator[str]:
    """Everything is read before anything is written."""
    copies = {path: read_copy(path) for path in options.sources}
    sources = [read_source(path) for path in options.sources if copies[path] is None]
    for source in sources:
        source.label += f" ({options.dated})" if source.label and options.dated else ""
    if sources:
        table = read_table(options.table)
        difference = merge(table, sources, take=options.take, mark_removed=options.mark_removed)
        if options.write:
            write_table(table, options.table)
        yield from difference.lines()
    for copy in copies.values():
        if copy is not None:
            yield from replace_copy(*copy, write=options.write)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Merge endpoint lists into the catalogue.")
    parser.add_argument("sources", nargs="*", type=Path, metavar="FILE", help="OpenAPI, Postman or CSV file")
    parser.add_argument("--table", type=Path, default=TABLE, help="compare with another table")
    parser.add_argument(
        "--take", action="append", default=[], choices=TAKEABLE, help="let sources win in this column"
    )
    parser.add_argument("--mark-removed", action="store_true", help="set the status of rows a source lacks")
    parser.add_argument(
        "--dated", default="", help="state of the sources, such as 2027-01, for the column source"
    )
    parser.add_argument("--write", action="store_true", help="write the merged table")
    parser.add_argument("--check", action="store_true", help="say what is wrong with the files, then stop")
    parser.add_argument("--list-operations", action="store_true", help="print the groups, then stop")
    parser.add_argument("--list-reads", action="store_true", help="print the groups of reads, then stop")
    return parser


if __name__ == "__main__":
    sys.exit(main())
