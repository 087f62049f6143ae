"""Planted values in all that a bundle is made of: flows, stored sweeps, checks. None of them gets into a public one.

Each class stands once in each place, in an encoding that is drawn. The search shares no line with redaction.
"""

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from proxy.audit.run import Run, Section, Skipped
from proxy.audit.store import Store
from proxy.core.settings import Settings
from proxy.evidence.anonymous import Anonymiser
from proxy.evidence.audit_runs import for_strangers, stored_runs
from proxy.evidence.bundle import About, bundle
from proxy.evidence.doctor_lines import lines_of
from proxy.evidence.leak_scan import refuse_secrets
from proxy.journal import Reader
from proxy.journal.bundle_check import verify_zip
from proxy.journal.seal import seal_of
from tests.audit.runs import runs
from tests.core.redaction.flows import json_answer, make_flow, redactor
from tests.journal.lines import open_journal
from tests.leaks.canaries import CLASSES, ENCODINGS
from tests.leaks.detector import Searched
from tests.support.draws import SEED

NOW_MS = 1_784_802_000_000
TEXTS = tuple(name for name in ENCODINGS if name not in ("gzip", "deflate, br or zstd"))

FLOWS: dict[str, Callable[[str], dict[str, object]]] = {
    "query": lambda value: {"target": b"/api/v3/account?note=" + _octets(value)},
    "form": lambda value: {"method": "POST", "target": b"/api/v3/order", "body": b"symbol=BTCUSDT&note=" + _octets(value)},
    "JSON": lambda value: {
        "method": "POST", "target": b"/sapi/v1/c2c/ads/search", "body": json.dumps({"nickName": value}).encode(),
        "headers": ((b"Content-Type", b"application/json"),),
    },
    "header": lambda value: {"headers": ((b"X-Note", _octets(value)),)},
    "answer": lambda value: {"answer": json_answer({"makerNickname": value, "data": [{"remark": value}]})},
    "error text": lambda value: {"answer": json_answer({"code": -2008, "msg": value}, 400)},
    "answer header": lambda value: {"answer": json_answer({}, 200, ((b"x-note", _octets(value)),))},
}  # fmt: skip
RUNS: dict[str, Callable[[Run, str], Run]] = {
    "account": lambda run, value: structs.replace(run, account=value),
    "set": lambda run, value: structs.replace(run, set=value),
    "group": lambda run, value: structs.replace(
        run, sections=(Section(value, (), ("GET /api/v3/account",)),)
    ),
    "endpoint": lambda run, value: structs.replace(run, sections=(Section("g", (), (f"GET /{value}",)),)),
    "why": lambda run, value: structs.replace(run, skipped=(Skipped("GET /api/v3/account", value),)),
    "environment": lambda run, value: structs.replace(run, environment=value),
    "path": lambda run, value: _probed(run, path=f"/{value}"),
    "host": lambda run, value: _probed(run, host=value),
    "code": lambda run, value: _probed(run, code=value),
    "message": lambda run, value: _probed(run, message=value),
    "fault": lambda run, value: _probed(run, status=None, fault=f"dns: {value}"),
    "edge id": lambda run, value: _probed(run, edge_request_id=value),
}
CHECKS = ("ip address", "e-mail", "user number", "order number", "phone", "card")
"""Classes that a line of the doctor can hold."""


def _octets(value: str) -> bytes:
    return value.encode("utf-8").replace(b" ", b"%20").replace(b"\r", b"").replace(b"\n", b"")


def _probed(run: Run, **fields: object) -> Run:
    return structs.replace(run, probes=(structs.replace(run.probes[0], **fields),))


@pytest.mark.slow
@pytest.mark.draws
def test_no_planted_value_gets_into_a_public_bundle(tmp_path: Path) -> None:
    draw = random.Random(SEED)
    planted: list[tuple[str, str, str]] = []

    def one(kind: str, place: str) -> tuple[str, str]:
        """The bare value, and how it stands there."""
        value, encoding = CLASSES[kind](draw), draw.choice(TEXTS)
        planted.append((place, kind, value))
        return value, ENCODINGS[encoding](value)

    journal = open_journal(tmp_path / "journal")
    machine = redactor(tag_key=journal.tag_key)
    for place, make in FLOWS.items():
        for kind in CLASSES:
            fields = make(one(kind, place)[1])
            journal.record(machine.redact(make_flow(request_id=f"r-{len(planted)}", **fields)))  # type: ignore[arg-type]  # by name
    journal.close()

    store = Store(tmp_path / "journal")
    (bare,) = runs({"GET /api/v3/account": "x"})
    for place, change in RUNS.items():
        for kind in CLASSES:
            store.append(change(bare, one(kind, place)[0]))
    store.close()
    kept = stored_runs(tmp_path / "journal")
    assert len(kept) >= len(RUNS) * (len(CLASSES) - 1)  # names in other letters are no text of the audit's

    names = {CLASSES["person"](draw): "account-7"}
    planted += [("name in a check", "person", name) for name in names]
    text = "\n".join(f"FAIL  x  seen {one(kind, 'check')[0]} there" for kind in CHECKS)
    text += "".join(f"\naccount {name}: taken" for name in names)
    anonymiser = Anonymiser(draw.randbytes(32))
    records = list(anonymiser.records(Reader(tmp_path / "journal").entries()))
    about = About(
        NOW_MS,
        Settings(),
        name="ticket",
        doctor=lines_of(text, "/home/nobody", private=False, names=names),
        runs=for_strangers(kept, anonymiser),
        seal=seal_of(tmp_path / "journal"),
    )
    data, plain = bundle(records, about)
    refuse_secrets(plain, [])

    searched = Searched(plain)
    leaked = [found for found in planted if searched.holds(found[2])]
    print(f"planted: {len(planted)}, leaked: {len(leaked)}, octets: {len(plain)}")
    assert leaked == []
    (tmp_path / "ticket.zip").write_bytes(data)
    assert not verify_zip(tmp_path / "ticket.zip").breaks
    with zipfile.ZipFile(tmp_path / "ticket.zip") as archive:
        assert any(name.startswith("ticket/audit-2026") for name in archive.namelist())


def test_the_search_finds_what_is_not_made_fit(tmp_path: Path) -> None:
    """The same sweeps as their owner has them: each planted value is found, so a clean bundle means something."""
    draw = random.Random(SEED)
    (bare,) = runs({"GET /api/v3/account": "x"})
    for place, change in RUNS.items():
        value = CLASSES["nickname"](draw)
        run = change(bare, value)
        assert Searched(msgspec.json.encode(run)).holds(value), place
        assert not Searched(msgspec.json.encode(for_strangers([run], Anonymiser(b"e" * 32))[0])).holds(
            value
        ), place
