"""Ways to tamper with the files of a journal. Each returns other files than it was given, or None where it cannot."""

import base64
import hashlib
import json
import random
import re
from collections.abc import Callable

from tests.tamper_proof.journals import Files

type Edit = Callable[[Files, random.Random], Files | None]

_LINK = re.compile(rb'(?:,"torn":"[^"]*")?,"seq":(\d+)(?:,"signature":"[^"]*")?,"hash":"([^"]*)"}$')

_NAME = re.compile(rb'^{"type":"(?:chain|checkpoint)".*?"chain":"([0-9a-f]+)"')


def change_octet(files: Files, draw: random.Random) -> Files:
    """Any octet of any file becomes another one."""
    name = _any(files, draw)
    at = draw.randrange(len(files[name]))
    octet = draw.choice(
        [one for one in (*range(0x20, 0x7F), 0x0A, 0x00, 0x0D, 0xFF) if one != files[name][at]]
    )
    return files | {name: files[name][:at] + bytes([octet]) + files[name][at + 1 :]}


def change_value(files: Files, draw: random.Random) -> Files | None:
    """A digit in a line's record: what somebody would do who wants to have been right."""
    name, lines, at = _line(files, draw)
    digits = [found.start() for found in re.finditer(rb"[0-9]", lines[at].partition(b',"seq"')[0])]
    if not digits:
        return None
    where = draw.choice(digits)
    digit = draw.choice([one for one in b"0123456789" if one != lines[at][where]])
    lines[at] = lines[at][:where] + bytes([digit]) + lines[at][where + 1 :]
    return _with(files, name, lines)


def change_and_rehash_line(files: Files, draw: random.Random) -> Files | None:
    """The line's own hash is made to fit."""
    changed = change_value(files, draw)
    return _rehashed(changed, files, 1) if changed else None


def change_and_rehash_rest(files: Files, draw: random.Random) -> Files | None:
    """Its hash and all behind it in the file, too; the signatures are left as they were."""
    changed = change_value(files, draw)
    return _rehashed(changed, files, 1 << 30) if changed else None


def remove_lines(files: Files, draw: random.Random) -> Files:
    name, lines, at = _line(files, draw)
    del lines[at : at + draw.choice((1, 1, 1, 2, 5))]
    return _with(files, name, lines)


def swap_lines(files: Files, draw: random.Random) -> Files | None:
    name, lines, at = _line(files, draw)
    other = draw.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]
    return _with(files, name, lines)


def move_lines(files: Files, draw: random.Random) -> Files:
    name, lines, at = _line(files, draw)
    taken = [lines.pop(at) for _ in range(min(draw.choice((1, 2, 7)), len(lines) - at))]
    where = draw.randrange(len(lines) + 1)
    lines[where:where] = taken
    return _with(files, name, lines)


def move_between_files(files: Files, draw: random.Random) -> Files:
    name, lines, at = _line(files, draw)
    line = lines.pop(at)
    taken = _with(files, name, lines)
    other, there, where = _line(taken, draw)
    there.insert(where, line)
    return _with(taken, other, there)


def repeat_lines(files: Files, draw: random.Random) -> Files:
    _, lines, at = _line(files, draw)
    other, there, where = _line(files, draw)
    there[where:where] = lines[at : at + draw.choice((1, 1, 4))]
    return _with(files, other, there)


def insert_record(files: Files, draw: random.Random) -> Files:
    """A made-up flow, without a link, or with one that fits the line before it."""
    name, lines, at = _line(files, draw)
    line = b'{"type":"flow","schema":1,"time":"2026-07-23T10:14:56.789Z","request_id":"made-up","in":{}}'
    link = _LINK.search(lines[at - 1]) if at and draw.random() < 0.7 else None
    if link:
        body = line[:-1] + b',"seq":%d' % (int(link[1]) + 1)
        line = body + b',"hash":"' + base64.b64encode(hashlib.sha256(link[2] + body).digest()) + b'"}'
    lines.insert(at, draw.choice((line, line, line, b"", b"garbage")))
    return _with(files, name, lines)


def unlink_line(files: Files, draw: random.Random) -> Files | None:
    name, lines, at = _line(files, draw)
    lines[at] = _LINK.sub(b"}", lines[at])
    return _with(files, name, lines)


def unlink_file(files: Files, draw: random.Random) -> Files | None:
    """As if it had been written before there were chains. Of the oldest ones nobody could say that it was not."""
    if len(files) < 2:
        return None
    name = draw.choice(list(files)[1:])
    lines = [line for line in files[name].split(b"\n") if b'"type":"ch' not in line]
    return _with(files, name, [_LINK.sub(b"}", line) for line in lines])


def cut_file(files: Files, draw: random.Random) -> Files:
    """At any octet, or behind any line."""
    name = _any(files, draw)
    octets = files[name]
    at = draw.randrange(len(octets))
    if draw.random() < 0.5:
        at = octets.rfind(b"\n", 0, at) + 1
    return files | {name: octets[:at]}


def cut_front(files: Files, draw: random.Random) -> Files:
    name, lines, at = _line(files, draw)
    return _with(files, name, lines[at + 1 :])


def remove_file(files: Files, draw: random.Random) -> Files:
    name = _any(files, draw)
    return {other: octets for other, octets in files.items() if other != name}


def remove_run(files: Files, draw: random.Random) -> Files | None:
    """All that one process wrote."""
    chain = chain_of(files[_any(files, draw)])
    left = {name: octets for name, octets in files.items() if chain_of(octets) != chain}
    return left or None


def chain_of(octets: bytes) -> bytes:
    """The name of the chain in a file."""
    found = (_NAME.match(line) for line in octets.split(b"\n"))
    return next((one[1] for one in found if one), b"")


def swap_names(files: Files, draw: random.Random) -> Files | None:
    if len(files) < 2:
        return None
    one, other = draw.sample(list(files), 2)
    return files | {one: files[other], other: files[one]}


def join_lines(files: Files, draw: random.Random) -> Files | None:
    """A newline is taken away, or put in."""
    name = _any(files, draw)
    octets = files[name]
    if draw.random() < 0.5:
        ends = [found.start() for found in re.finditer(rb"\n", octets)][:-1]
        if not ends:
            return None
        at = draw.choice(ends)
        return files | {name: octets[:at] + octets[at + 1 :]}
    at = draw.randrange(len(octets))
    return files | {name: octets[:at] + b"\n" + octets[at:]}


EDITS: tuple[Edit, ...] = (
    change_octet, change_value, change_and_rehash_line, change_and_rehash_rest, remove_lines, swap_lines, move_lines,
    move_between_files, repeat_lines, insert_record, unlink_line, unlink_file, cut_file, cut_front, remove_file,
    remove_run,
    swap_names, join_lines,
)  # fmt: skip


def _rehashed(changed: Files, files: Files, most: int) -> Files:
    """The hashes of the line that differs, and of so many from it on in its file, made to fit."""
    (name,) = (name for name in files if changed[name] != files[name])
    lines, before, made = changed[name].split(b"\n"), b"", 0
    old = files[name].split(b"\n")
    for at, line in enumerate(lines):
        link = _LINK.search(line)
        if link is None:
            continue
        if (line != old[at] or made) and made < most:
            head = before
            if at == 0:
                head = (
                    json.loads(line).get("before", "").encode()
                    if line.startswith(b'{"type":"chain"')
                    else b""
                )
            body = line[: link.start(2) - len(b',"hash":"')]
            lines[at] = body + b',"hash":"' + base64.b64encode(hashlib.sha256(head + body).digest()) + b'"}'
            made += 1
        found = _LINK.search(lines[at])
        before = found[2] if found else b""
    return _with(changed, name, lines)


def _any(files: Files, draw: random.Random) -> str:
    return draw.choice([name for name in files if files[name]])


def _line(files: Files, draw: random.Random) -> tuple[str, list[bytes], int]:
    """A file, its lines (the last is what stands behind the last newline), and one of them."""
    name = _any(files, draw)
    lines = files[name].split(b"\n")
    return name, lines, draw.randrange(max(1, len(lines) - 1))


def _with(files: Files, name: str, lines: list[bytes]) -> Files:
    return files | {name: b"\n".join(lines)}
