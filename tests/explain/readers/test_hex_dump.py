"""Rows of octets: all of them make the request, and one that is missing is a gap."""

import pytest

from proxy.explain.readers.hex_dump import ROWS, read_hex_dump

RAW = b"GET /api/v3/account?timestamp=1&signature=abcdef0123456789 HTTP/1.1\r\nHost: api.binance.com\r\nX: dead beef\r\n\r\n"


def wireshark(raw: bytes, indent: str = "") -> str:
    rows = []
    for at in range(0, len(raw), 16):
        row = raw[at : at + 16]
        shown = "".join(chr(one) if 32 <= one < 127 else "." for one in row)
        rows.append(
            f"{indent}{at:08X}  {row[:8].hex(' ')}  {row[8:].hex(' '):<23}   {shown[:8]} {shown[8:]}".rstrip()
        )
    return "\n".join(rows) + "\n"


def xxd(raw: bytes) -> str:
    rows = []
    for at in range(0, len(raw), 16):
        row = raw[at : at + 16]
        shown = "".join(chr(one) if 32 <= one < 127 else "." for one in row)
        rows.append(f"{at:08x}: {row.hex(' ', -2):<39}  {shown}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("dump", [wireshark, xxd])
def test_all_rows_together_are_the_request(dump: object) -> None:
    assert callable(dump)
    (seen,) = read_hex_dump(dump(RAW))
    assert seen.request.target == b"/api/v3/account?timestamp=1&signature=abcdef0123456789"
    assert seen.request.headers == ((b"Host", b"api.binance.com"), (b"X", b"dead beef"))
    assert seen.gaps == ()


def test_the_answer_counts_from_its_own_start() -> None:
    text = wireshark(RAW) + wireshark(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}", "    ")
    (seen,) = read_hex_dump(text)
    assert seen.answer is not None
    assert (seen.answer.status, seen.gaps) == (400, ())


def test_a_row_that_is_missing_is_a_gap() -> None:
    lines = wireshark(RAW).splitlines(keepends=True)
    del lines[3]
    assert [seen.gaps for seen in read_hex_dump("".join(lines))] == [(ROWS,)]


def test_other_numbers_are_no_dump() -> None:
    assert read_hex_dump("12345678  90\n12345679  91\nnothing\n") == []
