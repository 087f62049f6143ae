"""`export verify`: in plain words, with file and line, and an exit code."""

import json
from pathlib import Path

import pytest

from proxy.journal.seal import seal_of
from tests.cli.conftest import Run
from tests.journal.lines import START_MS, files, flow, open_journal
from tests.tamper_proof.bundles import bundle, packed

OTHER_KEY = "A" * 43 + "="


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    place = tmp_path / "journal"
    written = open_journal(place)
    for number in range(5):
        written.record(flow(number))
    written.close()
    return place


def change(journal: Path) -> str:
    """The file in which a line was changed."""
    (path,) = files(journal)
    path.write_bytes(path.read_bytes().replace(b'"r-3"', b'"r-4"'))
    return path.name


def test_a_right_journal(run: Run, journal: Path) -> None:
    said = run("export", "verify", str(journal))
    assert said.code == 0
    assert said.out.splitlines()[-1] == "no break in the 7 chained lines that are here"
    assert "lines 1 to 7 in flows-" in said.out
    assert "closed by its last checkpoint" in said.out


def test_the_configured_journal_is_looked_at_when_none_is_named(run: Run, journal: Path) -> None:
    Path("config.yaml").write_text(f"journal: {{directory: {journal}}}\n")
    assert run("export", "verify").out == run("export", "verify", str(journal)).out


def test_a_line_that_was_changed_is_named_and_the_exit_code_is_1(run: Run, journal: Path) -> None:
    name = change(journal)
    said = run("export", "verify", str(journal))
    assert said.code == 1
    assert f"BROKEN: {name}:5: this line was changed after it was written" in said.out.splitlines()
    assert said.out.splitlines()[-1] == "not as it was written: 1 break"


def test_as_json(run: Run, journal: Path) -> None:
    name = change(journal)
    said = run("export", "verify", "--json", str(journal))
    assert said.code == 1
    found = json.loads(said.out)
    assert found["breaks"] == [
        {"file": name, "line": 5, "says": "this line was changed after it was written"}
    ]
    assert found["chains"][0]["state"] == "closed"


def test_an_open_end_is_counted_apart(run: Run, tmp_path: Path) -> None:
    open_journal(tmp_path / "journal").record(flow(1))
    said = run("export", "verify", str(tmp_path / "journal"))
    assert said.code == 0
    assert "cannot be told from a kill: flows-" in said.out
    assert (
        said.out.splitlines()[-1]
        == "no break in the 2 chained lines that are here; 1 end cannot be told from a kill"
    )


def test_a_chain_without_a_signature_is_of_no_key_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal")
    journal.record(flow(1))
    said = run("export", "verify", str(tmp_path / "journal"), "--key", journal.chain_key.public)
    assert said.code == 1
    assert "bears no signature: nothing shows" in said.out


def test_a_copy_is_held_against_the_key_that_its_owner_named(run: Run, journal: Path) -> None:
    key = json.loads(files(journal)[0].read_bytes().splitlines()[-1])["key"]
    (journal / "chain.key").unlink()
    said = run("export", "verify", str(journal))
    assert said.code == 0
    assert said.out.splitlines()[-1].endswith("; whose key it is you must know from elsewhere (--key)")
    assert key in said.out
    assert run("export", "verify", str(journal), "--key", key).code == 0
    said = run("export", "verify", str(journal), "--key", OTHER_KEY)
    assert said.code == 1
    assert f"is signed with another key than the one it is held against, by {key}" in said.out
    assert run("export", "verify", str(journal), "--key", OTHER_KEY, "--key", key).code == 0


@pytest.mark.parametrize("key", ["x", "A" * 44, "A" * 42 + "==", "ключ"])
def test_what_is_no_key_is_a_matter_of_usage(run: Run, journal: Path, key: str) -> None:
    said = run("export", "verify", str(journal), "--key", key)
    assert said.code == 2
    assert "44 characters" in said.err


def test_a_key_that_others_can_read_is_not_looked_at(run: Run, journal: Path) -> None:
    (journal / "chain.key").chmod(0o644)
    said = run("export", "verify", str(journal))
    assert said.code == 0
    assert "the journal's key was not looked at" in said.err


def test_a_journal_from_before_there_were_chains(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "journal"
    place.mkdir()
    (place / "flows-20250723T101456789Z-0000.jsonl").write_bytes(flow(1).line + b"\n")
    said = run("export", "verify", str(place))
    assert said.code == 0
    assert "as in journals from before there were chains" in said.out
    assert said.out.splitlines()[-1] == "no line is chained: nothing can be said"
    said = run("export", "verify", str(place), "--key", OTHER_KEY)
    assert said.code == 1
    assert "has no chain, and so no signature of the key that was asked for" in said.out


def test_one_file_alone(run: Run, journal: Path) -> None:
    assert run("export", "verify", str(files(journal)[0])).code == 0


def test_a_bundle_packed_and_unpacked(run: Run, journal: Path, tmp_path: Path) -> None:
    import random
    import zipfile

    seed = (journal / "chain.key").read_bytes()
    right = bundle(seed, random.Random(1))
    path = tmp_path / "evidence.zip"
    path.write_bytes(packed(right))
    key = seal_of(journal).key.public
    assert run("export", "verify", str(path), "--key", key).code == 0
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "here")
    assert run("export", "verify", str(tmp_path / "here"), "--key", key).code == 0
    path.write_bytes(packed(right | {"README.md": b"other"}))
    said = run("export", "verify", str(path))
    assert said.code == 1
    assert "BROKEN: README.md: was changed: it does not have the sum that SHA256SUMS says" in said.out
    (tmp_path / "flows.jsonl").write_bytes(seal_of(journal).lines([flow(1).line], START_MS, sums=False))
    said = run("export", "verify", str(tmp_path / "flows.jsonl"))
    assert said.code == 0


@pytest.mark.parametrize("what", ["nothing", "empty", "no zip"])
def test_what_cannot_be_looked_at_is_said(run: Run, tmp_path: Path, what: str) -> None:
    place = tmp_path / "place"
    if what == "empty":
        place.mkdir()
    if what == "no zip":
        place.write_bytes(b"PK\x03\x04")
    said = run("export", "verify", str(place))
    assert said.code in {2, 3}
    assert "hint: " in said.err
    assert said.out == ""


def test_what_a_hostile_journal_says_cannot_move_the_cursor(run: Run, journal: Path) -> None:
    (path,) = files(journal)
    path.write_bytes(path.read_bytes().replace(b'"file":"flows-', b'"file":"\\u001b[2J', 1))
    said = run("export", "verify", str(journal))
    assert said.code == 1
    assert "\x1b" not in said.out


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"", "t.zip is no zip that can be read"),
        (b"PK\x05\x06" + bytes(18), "there is no flows.jsonl in it"),
        (b"not a zip", "t.zip is no zip that can be read"),
        (None, "there is no file t.zip"),
    ],
)
def test_what_is_called_a_zip_is_no_journal(
    run: Run, tmp_path: Path, octets: bytes | None, says: str
) -> None:
    """An empty one is not "a journal from before there were chains"."""
    if octets is not None:
        Path("t.zip").write_bytes(octets)
    said = run("export", "verify", "t.zip")
    assert said.code == 2
    assert says in said.err
