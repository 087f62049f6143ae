"""What is read out of a HAR or a bundle, and what is not believed."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from proxy.sandbox.recorded.har import Recorded, UnreadableRecordingError, pairs_of, read_recording
from tests.sandbox.recorded.recordings import entry, har


def read(document: Any, tmp_path: Path) -> list[Recorded]:
    file = tmp_path / "flows.har"
    file.write_text(json.dumps(document))
    return read_recording(file)


def test_a_request_and_its_answer(tmp_path: Path) -> None:
    (one,) = read(
        har(entry("/api/v3/order?symbol=BTCUSDT&timestamp=1&signature=x", 400, {"code": -2013})), tmp_path
    )
    assert (one.method, one.path, one.pairs) == ("GET", "/api/v3/order", (("symbol", "BTCUSDT"),))
    assert (one.status, one.body) == (400, b'{"code":-2013}')
    assert one.headers == {"x-mbx-used-weight-1m": "7", "Content-Type": "application/json"}


def test_the_clients_side_is_not_read(tmp_path: Path) -> None:
    assert (
        len(read(har(entry("/a", _side="client"), entry("/b"), entry("/c", _side="client")), tmp_path)) == 1
    )


def test_a_har_of_another_program_is_read_too(tmp_path: Path) -> None:
    other = entry("/api/v3/time")
    del other["_side"]
    assert read(har(other), tmp_path)[0].path == "/api/v3/time"


def test_a_body_in_base64(tmp_path: Path) -> None:
    coded = entry("/a")
    coded["response"]["content"] = {"text": "eyJhIjoxfQ==", "encoding": "base64"}
    bad = entry("/b")
    bad["response"]["content"] = {"text": "e", "encoding": "base64"}
    assert [one.body for one in read(har(coded, bad), tmp_path)] == [b'{"a":1}', b""]


@pytest.mark.parametrize(
    "odd",
    [
        "text", 7, None, {}, {"request": 1}, {"request": {"url": "nonsense", "method": "GET"}, "response": {"status": 200}},
        {"request": {"url": "https://[x/a"}, "response": {"status": 200}}, entry("/a", 99), entry("/a", 1000),
        {"request": {"url": "https://x/a", "method": "GET"}, "response": {"status": "200"}},
    ],
)  # fmt: skip
def test_odd_entries_are_left_out(odd: Any, tmp_path: Path) -> None:
    assert [one.path for one in read(har(odd, entry("/b")), tmp_path)] == ["/b"]


def test_odd_headers_are_left_out(tmp_path: Path) -> None:
    odd = entry("/a")
    odd["response"]["headers"] = [
        {"name": "x-mbx-a", "value": "1\r\nSet-Cookie: a=b"}, {"name": "x-mbx-b\n", "value": "1"}, 7, {"name": "x-mbx-c"},
        {"name": "X-MBX-D", "value": "\u00e9"}, {"name": "Retry-After", "value": "3"},
    ]  # fmt: skip
    odd["response"]["content"]["mimeType"] = "text/html\r\na: b"
    assert read(har(odd), tmp_path)[0].headers == {"x-mbx-c": "", "Retry-After": "3"}


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"nonsense", "neither a bundle nor a HAR"),
        (b"[" * 100_000, "neither a bundle nor a HAR"),
        (b"{}", "holds no request that reached the exchange"),
        (b"PK\x03\x04nonsense", "the zip is damaged"),
    ],
)
def test_what_cannot_be_read_is_said(octets: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(octets)
    with pytest.raises(UnreadableRecordingError, match=why):
        read_recording(tmp_path / "file")


def test_a_zip_has_one_har(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("b/flows.har", json.dumps(har(entry("/a"))))
        archive.writestr("b/report.md", "x")
    assert read_recording(tmp_path / "b.zip")[0].path == "/a"
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr("b/other.har", "{}")
    with pytest.raises(UnreadableRecordingError, match="2 HAR files, not one"):
        read_recording(tmp_path / "b.zip")


@pytest.mark.filterwarnings("ignore")
def test_a_zip_that_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("flows.har", "w") as member:
            for _ in range(70):
                member.write(b" " * (1 << 20))
    with pytest.raises(UnreadableRecordingError, match="larger than 64 MiB"):
        read_recording(tmp_path / "b.zip")


@pytest.mark.parametrize(
    ("query", "body", "kind", "pairs"),
    [
        (b"a=1&timestamp=2", b"b=3", "application/x-www-form-urlencoded", (("a", "1"), ("b", "3"))),
        (
            b"",
            b'{"page":1,"asset":"USDT","l":[1]}',
            "application/json",
            (("page", "1"), ("asset", "USDT"), ("l", "[1]")),
        ),
        (b"", b"[1]", "application/json", ()),
        (b"", b"{", "application/json", ()),
        (b"a=%3Corder%3A1%3E", b"", "", (("a", "<order:1>"),)),
    ],
)
def test_what_requests_are_told_apart_by(query: bytes, body: bytes, kind: str, pairs: Any) -> None:
    assert pairs_of(query, body, kind) == pairs
