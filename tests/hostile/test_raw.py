"""The raw entries of the hostile list, each through a socket against a running gateway."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.hostile.entries import Entry, raw_entries
from tests.hostile.house import House, Talk, assert_plain_lines, assert_refusal, house, journal_text

PLANTED = (b"CANARY", b"evil.test", b"deadbeef", b"Q0FOQVJZ", b"1.2.3.4", b"rebind.test", b"\x1b", b"drop")
"""What the entries bring along and no answer or log line may hold."""
SECRET = (b"CANARY", b"deadbeef", b"Q0FOQVJZ", b"1.2.3.4", b"rebind.test", b"evil.test:9001")
"""And no record; a record does keep words of a path that may be a name, so that a bad path can be understood."""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    directory = tmp_path_factory.mktemp("hostile")
    with house(directory) as running:
        yield running
    rows = [json.loads(line) for line in journal_text(running.journal).splitlines()]
    unread = [row for row in rows if row.get("request_id") == "unparsed"]
    assert {row["error.type"] for row in unread} >= {
        "bad_request"
    }  # what no parser takes is in the journal, too
    assert all(
        row["http.request.method"] == "_OTHER" and row["in"] == {"body_kind": "other"} for row in unread
    )
    log, journal = running.log.getvalue().encode(), journal_text(running.journal)
    assert_plain_lines(log)
    assert_plain_lines(journal)
    assert not [planted for planted in PLANTED if planted in log]
    assert not [secret for secret in SECRET if secret in journal]


@pytest.mark.parametrize("entry", raw_entries(), ids=lambda entry: entry.id)
def test_it_ends_as_the_list_says(entry: Entry, gateway: House) -> None:
    gateway.upstream.take()
    expected = entry.expected
    talk = gateway.talk(entry.octets(gateway.port), most=len(expected.steps))
    seen = gateway.upstream.take()

    _assert_statuses(entry, talk)
    asked = _asked(entry.octets(gateway.port))
    assert all((request.method, request.target.split(b"?")[0]) in asked for request in seen)
    if expected.most_up is not None:
        # the lists count what is signed; the time is public
        signed = [request for request in seen if request.target != b"/api/v3/time"]
        assert expected.least_up <= len(signed) <= expected.most_up
    dry = sum(
        answer.status == 200 and answer.header("X-Gateway-Execution") == "not_sent" for answer in talk.answers
    )
    assert len(seen) == talk.statuses.count(200) - dry
    for request in seen:
        gateway.assert_clean(request)
    for answer in talk.answers:
        assert not [planted for planted in PLANTED if planted in answer.raw]
        assert not any(name.lower().startswith("access-control") for name, _ in answer.headers)
        if answer.status != 200:
            if entry.octets(0)[:5] != b"HEAD ":  # its answer has no body to look into
                assert_refusal(answer)
            assert answer.header("X-Gateway-Execution") == (expected.execution or "not_sent")
    assert gateway.good() < 1


def _asked(octets: bytes) -> set[tuple[bytes, bytes]]:
    """Methods and paths of the request lines."""
    return set(re.findall(rb"(?m)^([A-Z]+) +([^ ?\r\n]+)[^ \r\n]* HTTP/", octets))


def _assert_statuses(entry: Entry, talk: Talk) -> None:
    expected = entry.expected
    assert talk.torn == b""
    if not talk.answers:
        assert talk.closed
        assert "close" in expected.steps[0]
        return
    assert len(talk.answers) == len(expected.steps), talk
    for answer, allowed in zip(talk.answers, expected.steps, strict=True):
        assert str(answer.status) in allowed, answer.raw
        if answer.status != 200 and expected.tokens:
            assert answer.token in expected.tokens
    last = talk.answers[-1]
    assert last.status == 200 or talk.closed, "a refusal ends the connection"
    assert talk.closed == (last.header("Connection") == "close")
