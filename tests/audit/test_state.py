"""What one result counts as."""

import pytest

from proxy.audit.state import Kind, kind_of, label
from tests.audit.conftest import probe


@pytest.mark.parametrize(
    ("status", "code", "kind", "told"),
    [
        (200, None, Kind.WORKS, "works"),
        (200, "000000", Kind.WORKS, "works"),
        (200, 200, Kind.WORKS, "works"),
        (200, "ILLEGAL_PARAMETERS", Kind.FAILS, "ILLEGAL_PARAMETERS"),
        (200, -9000, Kind.FAILS, "-9000"),
        (400, -2008, Kind.FAILS, "-2008"),
        (401, -2015, Kind.FAILS, "-2015"),
        (300, None, Kind.FAILS, "HTTP 300"),
        (404, None, Kind.FAILS, "HTTP 404"),
        (500, None, Kind.FAILS, "HTTP 500"),
        (503, -1001, Kind.FAILS, "-1001"),
        (403, None, Kind.SILENT, "HTTP 403"),
        (403, -1011, Kind.FAILS, "-1011"),
        (429, -1003, Kind.SILENT, "-1003"),
        (418, -1003, Kind.SILENT, "-1003"),
        (451, 0, Kind.SILENT, "HTTP 451"),
        (None, None, Kind.SILENT, "no answer"),
    ],
)
def test_each_answer(status: int | None, code: int | str | None, kind: Kind, told: str) -> None:
    one = probe(status=status, code=code)
    assert (kind_of(one), label(one)) == (kind, told)
