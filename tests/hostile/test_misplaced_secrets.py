"""A secret where something else belongs: no output repeats any part of it, and there is no traceback.

The places and the forms of a secret are those of `make leak-matrix`, which tries each in each; here is each place once
and each form a few times.
"""

import json
import random
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run
from tests.hostile.covered.secret import COVERED
from tests.leaks import misplaced_cells
from tests.leaks.misplaced import FILES, FORMS, GOOD, PLACES, Place, echoed, filled, skipped
from tests.support.draws import SEED

__all__ = ["run"]

SECRET = "tQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0AtQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0A"
STARTS = ("argv-run", "argv-listen", "argv-socket", "argv-upstream", "token-file")
"""They would start a gateway in this process if they were not refused; each has a test of its own, or a timer there."""


def test_every_row_of_the_list_is_a_place() -> None:
    wanted = {entry.removeprefix("h2-say-") for entry in COVERED}
    assert len(wanted) == 35
    assert wanted <= set(PLACES)


@pytest.mark.parametrize("name", [name for name in PLACES if not name.startswith(STARTS)])
def test_in_each_place(name: str, run: Run) -> None:
    place = PLACES[name]
    _put(place)
    for words in place.commands:
        said = run(*(filled(word, SECRET) for word in words), **_environment(place))
        assert ("Traceback" in said.err) is ("--debug" in words)
        assert "a fault of signing-proxy" not in said.err
        assert not echoed(SECRET, said.out + said.err), words
        assert said.code in (0, 1, 2, 3)
        assert said.out + said.err


def _put(place: Place) -> None:
    for name, text in place.files.items():
        Path(name).write_bytes(filled(text, SECRET).encode("utf-8", "surrogateescape"))
        Path(name).chmod(place.mode)


def _environment(place: Place) -> dict[str, str]:
    return {variable: filled(value, SECRET) for variable, value in place.environment.items()}


@pytest.mark.draws
def test_in_other_forms() -> None:
    """A sample of `make leak-matrix`, in a process of its own."""
    draw = random.Random(SEED)
    cells = [(place, form) for place in PLACES for form in FORMS if not skipped(place, form)]
    starting = [cell for cell in cells if cell[0].startswith(STARTS)]
    report = misplaced_cells.run(SEED, [*draw.sample(cells, 60), *draw.sample(starting, 20)])
    assert report.good, str(report)
    assert report.cells == 80


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("token-file")])
def test_in_a_token_file(name: str, run: Run) -> None:
    _put(FILES[name])
    said = run("run", **GOOD)
    assert said.code == 3
    assert not echoed(SECRET, said.out + said.err)


@pytest.mark.parametrize("place", [SECRET, f"state/{SECRET}", f"{SECRET}/journal"])
def test_a_journal_directory_is_not_made_of_it(place: str, run: Run) -> None:
    said = run("run", "--journal", place, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", **GOOD)
    assert said.code == 3
    assert said.out == "", "it is not announced"
    assert (
        "this is no name for a new file or directory: (a text of 64 characters that looks like a key)"
        in said.err
    )
    assert list(Path().rglob("*")) == []


def test_a_directory_that_is_there_may_have_any_name(run: Run) -> None:
    """Volumes of container engines are called like that."""
    Path(SECRET).mkdir()
    assert run("logs", "--journal", SECRET).code == 0


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("accounts:\n  {}:\n    api_key_file: x\n    api_secret_file: y\n", "an account"),
        ("clients_file: c.json\nclients:\n  {}: {{}}\n", "a client"),
    ],
)
def test_it_is_refused_as_a_name(text: str, whose: str, run: Run) -> None:
    Path("config.yaml").write_text(text.format(SECRET))
    said = run("config", "check")
    assert said.code == 3
    assert f"the name of {whose} is no name: (a text of 64 characters that looks like a key)" in said.err
    assert "replace it at Binance" in said.err
    Path("config.yaml").write_text(text.format("grid-bot-2024-BTCUSDT-v3"))
    assert "is no name" not in run("config", "check").err


def test_a_client_of_that_name_is_not_read_from_the_file_of_keys(run: Run) -> None:
    Path("config.yaml").write_text("clients_file: c.json\n")
    Path("c.json").write_text(json.dumps({"schema": 1, "clients": {"bot": {}, SECRET: {}}}))
    Path("c.json").chmod(0o600)
    said = run("clients", "list")
    assert said.code == 3
    assert "the name of client 2 is no name" in said.err
