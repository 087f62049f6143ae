"""Sweeps in a bundle: of its stretch, read by the audit itself, and with no name or place of the owner's."""

from pathlib import Path

import msgspec
from msgspec import structs

from proxy.audit.run import Run, Section, Skipped
from proxy.audit.store import Runs, Store
from proxy.evidence.anonymous import Anonymiser
from proxy.evidence.audit_runs import MOST, file_of, for_binance, for_strangers, stored_runs
from tests.audit.runs import MINUTE_MS, runs

KNOWN = {"GET /api/v3/account": "###", "GET /sapi/v1/c2c/ads/getAds": "xxx"}


def store(directory: Path, *found: Run) -> None:
    writer = Store(directory)
    for run in found:
        writer.append(run)
    writer.close()


def test_the_stretch(tmp_path: Path) -> None:
    swept = runs(KNOWN)
    store(tmp_path / "j", *swept)
    began = [run.began_ms for run in swept]
    assert [run.began_ms for run in stored_runs(tmp_path / "j")] == began
    assert [run.began_ms for run in stored_runs(tmp_path / "j", began[1], began[1] + MINUTE_MS)] == began[1:2]
    assert stored_runs(tmp_path / "nothing") == ()
    (tmp_path / "file").write_text("{}")
    assert stored_runs(tmp_path / "file") == ()


def test_the_newest_of_very_many(tmp_path: Path) -> None:
    swept = runs({"GET /api/v3/account": "#" * (MOST + 2)})
    (tmp_path / "audit-20260528.jsonl").write_bytes(
        b"".join(msgspec.json.encode(run) + b"\n" for run in swept)
    )
    found = stored_runs(tmp_path)
    assert (len(found), found[-1].began_ms) == (MOST, swept[-1].began_ms)


def test_the_audit_reads_its_file_again(tmp_path: Path) -> None:
    swept = tuple(runs(KNOWN, every_ms=1440 * MINUTE_MS))
    name, lines = file_of(swept)
    assert name == "audit-20260530.jsonl"
    (tmp_path / name).write_bytes(lines)
    assert tuple(Runs(tmp_path).since()) == swept
    assert len(list(Runs(tmp_path).since(swept[-1].began_ms))) == 1


def test_what_is_the_owners_becomes_a_number_and_what_is_binances_stays() -> None:
    (one,) = runs({"GET /api/v3/account": "#", "GET /secret/place": "x"}, name="janes-set")
    odd = structs.replace(
        one.probes[0], host="jane.example", message="Jane's order 123", fault="dns: jane.example: not found",
        code="Jane", edge_request_id="not an id",
    )  # fmt: skip
    own = structs.replace(
        one,
        account="jane",
        environment="Bäne",
        probes=(*one.probes, odd, structs.replace(odd, host="127.0.0.1:8190", message="Invalid Api-Key ID.")),
        sections=(Section("janes", (), ("GET /api/v3/account", "GET /secret/place")),),
        skipped=(Skipped("GET /api/v3/account", "of jane"), Skipped("GET /secret/place", "")),
    )
    anonymiser = Anonymiser(b"e" * 32)
    (made,) = for_strangers([own], anonymiser)
    line = msgspec.json.encode(made).decode()
    assert "ane" not in line
    assert "secret" not in line
    assert made.key != own.key
    assert made.key == anonymiser.key_tag(own.key)
    assert made.environment == "unknown"
    assert (made.set, made.account, made.sections) == (
        "set-1", "account-1", (Section("group-1", (), ("GET /api/v3/account",)),),
    )  # fmt: skip
    assert [probe.host for probe in made.probes] == ["api.binance.com", "host-1", "127.0.0.1:8190"]
    assert [probe.message for probe in made.probes] == ["", "", "Invalid Api-Key ID."]
    assert made.probes[1].fault == "dns"
    assert {probe.account for probe in made.probes} == {"account-1"}
    assert anonymiser.translations()["account-1"] == "jane"


def test_built_in_names_and_waits_stay() -> None:
    (one,) = runs({"GET /api/v3/account": "s"})
    own = structs.replace(one, sections=(Section("the merchant's six", (), ("GET /api/v3/account",)),))
    (made,) = for_strangers([own], Anonymiser(b"e" * 32))
    assert (made.set, made.sections) == ("c2c", own.sections)
    assert made.skipped == (Skipped("GET /api/v3/account", "Binance asked to wait"),)


def test_an_id_that_looks_like_a_key_is_left_out_of_both_forms() -> None:
    (one,) = runs({"GET /api/v3/account": "#"})
    uuid = "0994913b-db96-4630-a54a-000000000015"
    for given, private, public in ((uuid, uuid, uuid), ("k" * 54 + "==", "", ""), ("abc.1", "abc.1", "")):
        own = structs.replace(one, probes=(structs.replace(one.probes[0], edge_request_id=given),))
        assert for_binance([own])[0].probes[0].edge_request_id == private
        assert for_strangers([own], Anonymiser(b"e" * 32))[0].probes[0].edge_request_id == public
