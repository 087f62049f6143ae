"""Lines of checks: in the public form nothing points at somebody."""

import pytest

from proxy.evidence.doctor_lines import lines_of

LINES = [
    ("egress: 203.0.113.7 (IPv4)", "egress: <ip> (IPv4)"),
    ("egress: 2001:db8::17 (IPv6)", "egress: <ip> (IPv6)"),
    ("egress: ::1", "egress: <ip>"),
    ("egress: 2001:0db8:0000:0000:0000:0000:0000:0017.", "egress: <ip>."),
    ("uid 35700000000017 ok", "uid <number> ok"),
    ("sub-account jane.doe@example.test", "sub-account <e-mail>"),
    ("clock: 3.123456 ms ahead at 12:00:01", "clock: 3.123456 ms ahead at 12:00:01"),
    ("12:00:01 from 10.0.0.1 to 13:00:02", "12:00:01 from <ip> to 13:00:02"),
    ("2026-11-29T12:00:00Z recvWindow 5000", "2026-11-29T12:00:00Z recvWindow 5000"),
    ("journal /home/jane/journal: writable", "journal ~/journal: writable"),
    (
        "ok    journal      /srv/maria/journal: a record was written",
        "ok    journal      (directory)/journal: a record was written",
    ),
    ("FAIL  files        bots of maria/key (x): others", "FAIL  files        (directory)/key (x): others"),
    ("ok    known        by GET /api/v3/account (4 ms)", "ok    known        by GET /api/v3/account (4 ms)"),
    ("weight 1200 of 6000", "weight 1200 of 6000"),
    ("-2008 on 3 of 6", "-2008 on 3 of 6"),
]


@pytest.mark.parametrize(("line", "shown"), LINES)
def test_the_public_form(line: str, shown: str) -> None:
    (one,) = lines_of(line, "/home/jane", private=False)
    assert one.terminal() == shown


def test_the_private_form_keeps_addresses_but_no_path_of_the_home() -> None:
    text = "egress: 203.0.113.7\njournal /home/jane/journal\n"
    assert [one.terminal() for one in lines_of(text, "/home/jane/", private=True)] == [
        "egress: 203.0.113.7",
        "journal ~/journal",
    ]


def test_a_home_that_is_the_root_hides_nothing() -> None:
    (one,) = lines_of("/etc", "/", private=True)
    assert one.terminal() == "/etc"


def test_there_is_an_end() -> None:
    assert len(lines_of("x\n" * 10_000, "/home/jane", private=False)) == 400


def test_names_of_accounts_and_ends_of_keys() -> None:
    names = {"jane": "account-1", "jane-2": "account-2", "default": "account-3"}
    text = "account jane-2: hmac key vmPU...Eh8A; accounts.jane.api_key; by default; janes"
    (public,) = lines_of(text, "/", private=False, names=names)
    assert (
        public.terminal()
        == "account account-2: hmac key <key>; accounts.account-1.api_key; by default; janes"
    )
    (private,) = lines_of(text, "/", private=True, names=names)
    assert private.terminal() == text
