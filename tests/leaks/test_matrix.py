"""1,500 cells of the leak matrix, others in each `make fuzz`; all of them: `make leak-matrix`."""

import random
from pathlib import Path

import pytest

from tests.leaks.canaries import CLASSES, ENCODINGS
from tests.leaks.detector import found
from tests.leaks.matrix import all_cells, skipped
from tests.leaks.positions import ANSWERS, POSITIONS, PROCESS, REQUESTS, STREAMS
from tests.leaks.report import run
from tests.support.draws import SEED

CELLS = 1500


def test_the_matrix_is_the_one_that_was_promised() -> None:
    assert (len(REQUESTS), len(ANSWERS), len(PROCESS), len(STREAMS)) == (16, 13, 8, 5)
    assert (len(CLASSES), len(POSITIONS), len(ENCODINGS)) == (23, 42, 17)
    assert len(set(all_cells())) == 16_422


def test_what_is_skipped_is_little_besides_the_streams() -> None:
    left_out = [cell for cell in all_cells() if skipped(cell) and cell.position not in STREAMS]
    assert len(left_out) <= 4 * 6 * 17


@pytest.mark.slow
@pytest.mark.draws
@pytest.mark.timeout(300)
async def test_nothing_of_a_sample_gets_out(tmp_path: Path) -> None:
    cells = random.Random(SEED).sample([cell for cell in all_cells() if not skipped(cell)], CELLS)
    report = await run(cells, SEED, tmp_path)
    print(report)
    assert report.redacted.cells == report.bare.cells == CELLS
    assert report.good, str(report)


@pytest.mark.draws
def test_the_search_finds_every_class_in_every_encoding() -> None:
    draw = random.Random(SEED)
    for kind, make in CLASSES.items():
        for encoding, encode in ENCODINGS.items():
            value = make(draw)
            assert found(f'{{"note":"abc {encode(value)} def"}}'.encode(), value), (
                kind,
                encoding,
                value,
                SEED,
            )
            assert not found(b'{"note":"<text:0a1b2c3d4e:17:a>"}', value)
