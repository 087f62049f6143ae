"""`export bundle`: a zip with a date, its stretch, and what stays at home."""

import io
import json
import re
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from proxy.journal.seal import seal_of
from proxy.runtime.clock import LocalClock
from tests.cli.conftest import Run
from tests.core.redaction.flows import API_KEY, SECRET
from tests.journal.lines import bare_lines, flow, open_journal
from tests.support.children import bare_environment

NAME = r"binance-evidence-[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}-[0-9]{2}Z"


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_it_has_the_date_in_its_name(run: Run, journal: Path) -> None:
    said = run("export", "bundle", "--journal", str(journal), "--status", "4xx")
    assert said.code == 0
    (made,) = Path().glob("*.zip")
    assert re.fullmatch(f"{NAME}.zip", made.name)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert len(bare_lines(members(made)["flows.jsonl"])) == 1
    with zipfile.ZipFile(made) as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} == {made.stem}


def test_two_of_one_second_are_two(run: Run, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalClock, "unix_ms", lambda _: 1_795_971_524_435)
    for _ in range(3):
        assert run("export", "bundle", "--no-doctor", "--journal", str(journal)).code == 0
    made = sorted(path.stem for path in Path().glob("*.zip"))
    assert [name.partition("Z")[2] for name in made] == ["", "-2", "-3"]
    for name in made:
        with zipfile.ZipFile(f"{name}.zip") as archive:
            assert {one.partition("/")[0] for one in archive.namelist()} == {name}


@pytest.mark.parametrize(("out", "folder"), [("ticket.zip", "ticket"), ("b", NAME), ("x y.zip", NAME)])
def test_its_folder_is_named_like_it_where_it_can_be(run: Run, journal: Path, out: str, folder: str) -> None:
    assert run("export", "bundle", out, "--journal", str(journal)).code == 0
    with zipfile.ZipFile(out) as archive:
        assert re.fullmatch(folder, archive.namelist()[0].partition("/")[0])


def test_what_its_tags_mean_stays_at_home_and_translates_back(
    run: Run, journal: Path, tmp_path: Path
) -> None:
    assert run("export", "bundle", "ticket.zip", "--journal", str(journal)).code == 0
    assert not list(Path().glob("*.json"))
    (kept,) = (journal / "exports").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    (mark,) = set(
        re.findall(r"orderId=(<order:[0-9a-f]{10}:6>)", members(Path("ticket.zip"))["flows.jsonl"].decode())
    )
    (tmp_path / "answer.txt").write_text(f"What is {mark} of account-1?\n")
    said = run("export", "unmask", "ticket.zip", str(tmp_path / "answer.txt"), "--journal", str(journal))
    own = re.search(r"orderId=(<order:[0-9a-f]{10}:6>)", next(journal.glob("flows-*")).read_text())
    assert own is not None
    assert said.out == f"What is {own[1]} of main?\n"
    assert own[1] != mark


def test_the_private_form_needs_no_mapping(run: Run, journal: Path) -> None:
    Path("secret").write_bytes(SECRET)
    Path("secret").chmod(0o600)
    accounts = {"BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET_FILE": "secret"}
    said = run("export", "bundle", "t.zip", "--private", "--no-doctor", "--journal", str(journal), **accounts)
    assert said.code == 0
    assert not (journal / "exports").exists()
    found = members(Path("t.zip"))
    assert b'"account":"main"' in found["flows.jsonl"]
    assert API_KEY.encode() not in b"".join(found.values())


def test_what_the_doctor_said_is_added(run: Run, journal: Path) -> None:
    Path("doctor.txt").write_text(f"clock: ok\negress: 203.0.113.7\nfile {Path.home()}/key\n")
    words = ("export", "bundle", "--journal", str(journal), "--doctor", "doctor.txt")
    assert run(*words, "a.zip").code == 0
    report = members(Path("a.zip"))["report.md"].decode()
    assert "    clock: ok\n    egress: <ip>\n" in report
    assert str(Path.home()) not in report
    assert run(*words, "b.zip", "--private").code == 0
    assert "203.0.113.7" in members(Path("b.zip"))["report.md"].decode()


def test_a_secret_in_what_the_doctor_said_stops_it(run: Run, journal: Path) -> None:
    Path("doctor.txt").write_text(f"secret: {SECRET.decode()}\n")
    said = run("export", "bundle", "t.zip", "--journal", str(journal), "--doctor", "doctor.txt")
    assert said.code == 1
    assert "nothing was written" in said.err
    assert not Path("t.zip").exists()
    assert not (journal / "exports").exists()


def test_a_file_of_the_doctor_that_is_not_there(run: Run, journal: Path) -> None:
    said = run("export", "bundle", "--journal", str(journal), "--doctor", "missing")
    assert said.code == 2
    assert "the file of --doctor cannot be read: No such file or directory" in said.err


def test_it_takes_exactly_the_stretch_until_enter(tmp_path: Path) -> None:
    """A real process that waits, and a gateway that writes meanwhile: what came before and after is left out."""
    journal = open_journal(tmp_path / "journal")

    def now() -> int:
        return time.time_ns() // 1_000_000

    journal.record(flow(1, at_ms=now()))
    child = subprocess.Popen(
        [sys.executable, "-m", "proxy", "export", "bundle", "--record", "t.zip", "--journal", "journal"],
        cwd=tmp_path, env=bare_environment(HOME=str(tmp_path)), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stderr is not None
    ended = threading.Timer(60, child.kill)
    ended.start()
    while "press Enter" not in child.stderr.readline():
        assert child.poll() is None
    time.sleep(0.005)
    journal.record(flow(2, at_ms=now()))
    journal.record(flow(3, at_ms=now()))
    time.sleep(0.005)
    child.stdin.write("\n")
    child.stdin.flush()
    time.sleep(0.2)
    journal.record(flow(4, at_ms=now()))
    journal.close()
    _, said = child.communicate(timeout=60)
    ended.cancel()
    assert child.returncode == 0, said
    lines = bare_lines(members(tmp_path / "t.zip")["flows.jsonl"])
    assert [json.loads(line)["request_id"] for line in lines] == ["r-2", "r-3"]


def test_a_recording_without_anybody_ends_at_once(
    run: Run, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    monkeypatch.setattr("time.sleep", lambda _: None)
    said = run("export", "bundle", "--record", "--journal", str(journal))
    assert said.code == 2
    assert "no flow matches: nothing was recorded in that stretch\nhint: point the client at it" in said.err
    assert "press Enter" in said.err


def test_it_is_sealed_with_the_key_of_its_journal(run: Run, journal: Path) -> None:
    assert run("export", "bundle", "sealed.zip", "--journal", str(journal)).code == 0
    key = seal_of(journal).key.public
    assert run("export", "verify", "sealed.zip", "--key", key).code == 0
    assert run("export", "verify", "sealed.zip", "--key", "A" * 43 + "=").code == 1


@pytest.mark.parametrize("form", ["--public", "--private"])
def test_a_secret_of_the_environment_is_searched_for_as_well(run: Run, journal: Path, form: str) -> None:
    """Reading the keys takes it out of the environment: what is read again would not know it."""
    path = next(journal.glob("flows-*"))
    hidden = "".join(f"%{octet:02x}" for octet in SECRET)
    path.write_bytes(path.read_bytes().replace(b"symbol=BTCUSDT", b"symbol=" + hidden.encode()))
    keys = {"BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET": SECRET.decode()}
    said = run("export", "bundle", "t.zip", form, "--no-doctor", "--journal", str(journal), **keys)
    assert said.code == 1
    assert "a loaded secret; nothing was written" in said.err
    assert not Path("t.zip").exists()
