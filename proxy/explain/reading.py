"""From a text to requests: find out which form it is, and let that reader read it."""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from msgspec import structs

from proxy.core.diagnosis.examination.observation import Transport
from proxy.core.wire import RawRequest
from proxy.explain.answers import answer_beside
from proxy.explain.finder import find_anywhere, find_notations
from proxy.explain.found_request import Part, SeenRequest, UnreadableError
from proxy.explain.normalise import fenced_parts, first_looks, from_page, is_quoted, second_looks, unwrapped
from proxy.explain.placeholders import put_together, set_apart
from proxy.explain.readers.burp import read_burp
from proxy.explain.readers.calls import find as find_calls
from proxy.explain.readers.ccxt import read_ccxt
from proxy.explain.readers.ccxt_1 import read_ccxt_1
from proxy.explain.readers.curl import read_curl_text, read_curl_verbose
from proxy.explain.readers.frame import is_frame_object, read_frame_log, read_frame_text
from proxy.explain.readers.har import is_har, read_har
from proxy.explain.readers.hex_dump import read_hex_dump
from proxy.explain.readers.http_client import read_http_client
from proxy.explain.readers.http_file import read_http_file
from proxy.explain.readers.journal import RECORD_LINE, is_record, read_journal
from proxy.explain.readers.literals import octets, read_text
from proxy.explain.readers.mitm_file import is_flow_file, read_flow_file
from proxy.explain.readers.python_binance import FORM as PYTHON_BINANCE, read_python_binance
from proxy.explain.readers.raw_http import read_raw_http
from proxy.explain.readers.requests_print import read_printed_requests
from proxy.explain.readers.resty import read_resty
from proxy.explain.readers.trace import FORM as TRACE, read_trace
from proxy.explain.readers.wget_log import FORM as WGET, read_wget_log
from proxy.explain.shortened import as_one_line
from proxy.explain.unanswered import error_in

FORMS: Final = (
    "a curl command (bash, cmd or PowerShell) or curl -v log, raw HTTP, a HAR file, journal lines, a URL, "
    "a log of ccxt, curl, wget, OkHttp or another client, a file of Postman, Burp, Fiddler, Charles or mitmproxy, "
    "a printed Python request, an .http file, a WebSocket API frame"
)
_JOINED_TO_NOTHING: Final = re.compile(r"\\ |\\[ \t]*\r?\n?[ \t]*(?:\n|\Z)")
_DAMAGED: Final = re.compile(
    r"(?P<trace>(?:=>|<=) (?:Send|Recv) (?:header|data), [0-9]{1,9} bytes \(0x)"
    r"|(?P<wget>---(?:request|response) (?:begin|end)---|\[(?:BODY|POST) data: )"
    r"|(?P<python>\bbinance\.base_client\b|\bRequest: [A-Z]{3,7} https?://[^\n]{1,20000}\n[^\n]{0,120}?"
    r"Request(?:Headers|Body): )"
)
_WHOLE: Final = {"trace": TRACE, "wget": WGET, "python": PYTHON_BINANCE}
DAMAGED: Final = "this is a part of a {}; give all of it to have all of the request"
_PRINTED_OCTETS: Final = re.compile(
    r"\s{0,20}(?:bytearray\()?(?P<octets>b[\"'].*[\"'])\)?\s{0,20}\Z", re.DOTALL
)
"""Octets as Python prints them: `b'POST /...\\r\\n'`."""
BLANKS: Final = "a blank cannot travel in a URL: it is read as %20, as clients send it"
_TAIL: Final = 400
_SIGNED: Final = re.compile(r"signature=([0-9A-Za-z%+/=]{32,})")
_BETWEEN: Final = re.compile(r"[&?]")
_GLUE: Final = re.compile(r"[\s&^]")  # between parts: line ends, `&`, and what quotes it on Windows
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
type _Reader = Callable[[str], list[SeenRequest]]

_EXACT: Final[tuple[_Reader, ...]] = (
    read_ccxt,
    read_ccxt_1,
    read_python_binance,
    read_http_client,
    read_curl_text,
    lambda text: read_curl_verbose(octets(text)),
    read_trace,
    read_wget_log,
    read_burp,
    read_resty,
    read_http_file,
    lambda text: read_raw_http(octets(text)),
    read_hex_dump,
    read_frame_log,
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
    seen = [as_one_line(_without_blanks(_put_together(one))) for one in _read(raw)]
    if len(seen) == 1 and seen[0].answer is None and seen[0].record is None:
        request = seen[0].request
        text = _of_this_one(from_page(_decoded(raw)), request)
        beside = answer_beside(text, request.body, request.method, request.path)
        if beside is not None and seen[0].transport is Transport.REST:
            return [replace(seen[0], answer=beside)]
        fault = error_in(text)
        return [replace(seen[0], fault=fault)]
    return seen


def _of_this_one(text: str, request: RawRequest) -> str:
    """The text around a request, up to what another one was signed with: an answer behind that is the other one's."""
    own = {found[1] for found in _SIGNED.finditer((request.target + b"&" + request.body).decode("latin-1"))}
    begins = next((found.start() for found in _SIGNED.finditer(text) if found[1] in own), None)
    if begins is None:
        return text
    others = [found for found in _SIGNED.finditer(text) if found[1] not in own]
    after = min((found.start() for found in others if found.start() > begins), default=len(text))
    before = max((found.end() for found in others if found.end() < begins), default=None)
    return text[begins if before is not None else 0 : after]


def _put_together(seen: SeenRequest) -> SeenRequest:
    request = seen.request
    target, body = put_together(request.target), put_together(request.body)
    if (target, body) == (request.target, request.body):
        return seen
    return replace(seen, request=structs.replace(request, target=target, body=body))


def _without_blanks(seen: SeenRequest) -> SeenRequest:
    """With %20 for blanks in the URL, which can't travel as they are: whoever was answered did not send them so."""
    request = seen.request
    if b" " not in request.target or seen.answer is None or seen.record is not None:
        return seen
    sent = structs.replace(request, target=request.target.replace(b" ", b"%20"))
    return replace(seen, request=sent, remarks=(*seen.remarks, BLANKS))


def _read(raw: bytes) -> list[SeenRequest]:
    if is_flow_file(raw) and (seen := read_flow_file(raw)):
        return seen
    decoded = _decoded(raw)
    if printed := _PRINTED_OCTETS.match(decoded):
        value = read_text(printed["octets"], 0)
        if value is not None and isinstance(value[0], bytes) and value[1] == len(printed["octets"]):
            return _read(value[0])
    text = set_apart(unwrapped(from_page(decoded)))
    seen = _read_json(text) if text.lstrip()[:1] in ("{", "[", '"') else []
    if not seen and RECORD_LINE.search(text):  # with other lines around them
        seen = read_journal(text)
    return seen or _read_text(text)


def _read_text(text: str) -> list[SeenRequest]:
    """By the first reader that finds something: exact forms in the text as it is, then in what a second look shows,
    then the others."""
    looks = [*first_looks(text), *second_looks(text)]
    if is_quoted(text):  # else it would be taken for a log in which `>` means what was sent
        looks = [*looks[1:], text]
    for look in looks if is_quoted(text) else looks[1:]:
        if look.lstrip()[:1] in ("{", "[") and (seen := _read_json(look)):
            return seen
    for readers in (_EXACT, *((one,) for one in _FOUND)):
        for look in looks:
            for reader in readers:
                if seen := reader(look):
                    return _with_end(_doubted(seen, text), [look, *fenced_parts(text)])
    raise UnreadableError(f"this is none of the forms that are understood: {FORMS}")


def _doubted(seen: list[SeenRequest], text: str) -> list[SeenRequest]:
    """Requests of a log whose own reader found it damaged: what others make of its parts proves no absence."""
    mark = _DAMAGED.search(text)
    form = _WHOLE[mark.lastgroup or ""] if mark else None
    if form in (None, seen[0].form):
        return seen
    parts = frozenset({Part.PARAMETERS, Part.BODY, Part.SIGNATURE})
    return [
        replace(one, unseen=one.unseen | parts, remarks=(*one.remarks, DAMAGED.format(form))) for one in seen
    ]


def _with_end(seen: list[SeenRequest], texts: list[str]) -> list[SeenRequest]:
    """The last request with a mark where one of the texts ends inside it, or right behind what was sent: a paste that
    was cut looks like that."""
    last = seen[-1]
    if last.form == "curl command" and _JOINED_TO_NOTHING.search(texts[0]):
        return [replace(one, unseen=one.unseen | {Part.END}) for one in seen]
    if last.answer is None and not last.request.body and b"?" not in last.request.target:
        return [*seen[:-1], replace(last, unseen=last.unseen | {Part.END})]
    ends = [text[-_TAIL:].rstrip(" \t\r\n'\"`^") for text in texts]
    sent = (last.request.body or last.request.target).decode("utf-8", "surrogateescape")
    announced = (
        last.form != "curl command"
        and last.request.body
        and last.request.header(b"content-length") is not None
    )
    if not any((not announced and _is_end(end, sent)) or _in_headers(last, end) for end in ends):
        return seen
    return [*seen[:-1], replace(last, unseen=last.unseen | {Part.END})]


def _is_end(end: str, sent: str) -> bool:
    """Whether the text ends with the last thing that was sent; blanks and `&` between the parts of a form aside."""
    last = "".join(_BETWEEN.split(sent.rstrip("&"))[-1].split())
    return _GLUE.sub("", end).endswith(last[-_TAIL // 2 :])


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
    """Journal lines; or frames with their answers, one a line."""
    return read_journal(text) or read_frame_log(text)
