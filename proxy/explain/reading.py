"""From a text to requests: find out which form it is, and let that reader read it."""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from proxy.explain.finder import find_anywhere, find_notations
from proxy.explain.found_request import Part, SeenRequest, UnreadableError
from proxy.explain.normalise import from_page, second_looks
from proxy.explain.readers.calls import find as find_calls
from proxy.explain.readers.ccxt import read_ccxt
from proxy.explain.readers.curl import read_curl_text, read_curl_verbose
from proxy.explain.readers.frame import is_frame_object, read_frame_text
from proxy.explain.readers.har import is_har, read_har
from proxy.explain.readers.http_client import read_http_client
from proxy.explain.readers.journal import RECORD_LINE, is_record, read_journal
from proxy.explain.readers.literals import octets
from proxy.explain.readers.mitm_file import is_flow_file, read_flow_file
from proxy.explain.readers.raw_http import read_raw_http
from proxy.explain.readers.requests_print import read_printed_requests
from proxy.explain.readers.trace import read_trace
from proxy.explain.shortened import as_one_line

FORMS: Final = (
    "a curl command (bash, cmd or PowerShell) or curl -v log, raw HTTP, a HAR file, journal lines, a URL, "
    "a ccxt verbose log, a printed Python request or http.client log, a WebSocket API frame"
)
_JOINED_TO_NOTHING: Final = re.compile(r"\\ |\\[ \t]*\r?\n?[ \t]*(?:\n|\Z)")
_TAIL: Final = 400
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
type _Reader = Callable[[str], list[SeenRequest]]

_EXACT: Final[tuple[_Reader, ...]] = (
    read_ccxt,
    read_http_client,
    read_curl_text,
    lambda text: read_curl_verbose(octets(text)),
    read_trace,
    lambda text: read_raw_http(octets(text)),
)
"""Forms that give the octets themselves. In this order: the more particular a form's marks, the earlier."""

_FOUND: Final[tuple[_Reader, ...]] = (
    lambda text: [] if any(find_calls(text)) else read_printed_requests(text),
    find_notations,
    find_anywhere,
)
"""Everything else, by what stands in the text."""


def read_requests(raw: bytes) -> list[SeenRequest]:
    """All requests of the text, at least one. Raises UnreadableError, and nothing else."""
    return [as_one_line(one) for one in _read(raw)]


def _read(raw: bytes) -> list[SeenRequest]:
    if is_flow_file(raw) and (seen := read_flow_file(raw)):
        return seen
    text = from_page(_decoded(raw))
    seen = _read_json(text) if text.lstrip()[:1] in ("{", "[", '"') else []
    if not seen and RECORD_LINE.search(text):  # with other lines around them
        seen = read_journal(text)
    return seen or _read_text(text)


def _read_text(text: str) -> list[SeenRequest]:
    """By the first reader that finds something: exact forms in the text as it is, then in what a second look shows,
    then the others."""
    looks = [text, *second_looks(text)]
    for look in looks[1:]:
        if look.lstrip()[:1] in ("{", "[") and (seen := _read_json(look)):
            return seen
    for readers in (_EXACT, *((one,) for one in _FOUND)):
        for look in looks:
            for reader in readers:
                if seen := reader(look):
                    return _with_end(seen, look)
    raise UnreadableError(f"this is none of the forms that are understood: {FORMS}")


def _with_end(seen: list[SeenRequest], text: str) -> list[SeenRequest]:
    """The last request with a mark where the text ends inside it, or right behind what was sent: a paste that was cut
    looks like that."""
    last = seen[-1]
    if last.form == "curl command" and _JOINED_TO_NOTHING.search(text):
        return [replace(one, unseen=one.unseen | {Part.END}) for one in seen]
    if last.answer is None and not last.request.body and b"?" not in last.request.target:
        return [*seen[:-1], replace(last, unseen=last.unseen | {Part.END})]
    end = text[-_TAIL:].rstrip(" \t\r\n'\"`^")
    sent = (last.request.body or last.request.target).decode("utf-8", "surrogateescape")
    announced = (
        last.form != "curl command"
        and last.request.body
        and last.request.header(b"content-length") is not None
    )
    if (announced or not end.endswith(sent.rpartition("&")[2][-_TAIL // 2 :])) and not _in_headers(last, end):
        return seen
    return [*seen[:-1], replace(last, unseen=last.unseen | {Part.END})]


def _in_headers(seen: SeenRequest, end: str) -> bool:
    """Whether the text ends with the last header, with no blank line behind it."""
    if not seen.request.headers:
        return False
    name, value = (part.decode("latin-1") for part in seen.request.headers[-1])
    return end.endswith((f"{name}: {value}".rstrip(), name))


def _decoded(raw: bytes) -> str:
    """Text whose octets can be had back: what is not UTF-8 is kept as surrogates."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")
    for encoding, zeros in (("utf-16-le", raw[1:200:2]), ("utf-16-be", raw[:200:2])):
        if len(raw) > 3 and zeros and not any(zeros):  # without a mark
            return raw.decode(encoding, "replace")
    return raw.decode("utf-8", "surrogateescape")


def _read_json(text: str) -> list[SeenRequest]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        first = text.lstrip().partition("\n")[0]
        return _read_lines(text) if _is_json_line(first) else []
    if isinstance(found, str):  # a text as JSON writes it, with its line ends as \\n
        return _read_text(found)
    if is_har(found):
        return read_har(found)
    if is_frame_object(found):
        return read_frame_text(text)
    if is_record(found):
        return read_journal(json.dumps(found))
    if isinstance(found, list) and any(map(is_record, found)):
        return read_journal("\n".join(json.dumps(one) for one in found))
    return find_notations(text)


def _is_json_line(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read_lines(text: str) -> list[SeenRequest]:
    """Journal lines; or frames, one a line."""
    seen = read_journal(text)
    if seen:
        return seen
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if is_frame_object(found):
            seen += read_frame_text(line)
    return seen
