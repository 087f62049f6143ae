"""A report as lines, and without what a stranger need not know."""

import pytest

from proxy.doctor.present import folded, for_strangers, line, line_for_strangers, summary
from proxy.doctor.result import Mark, Report, Result


def result(check: str, evidence: str, fix: str = "", mark: Mark = Mark.GOOD) -> Result:
    return Result(check, mark, evidence, fix, 0.1)


def report(*results: Result) -> Report:
    return Report(version="1", at_ms=0, environment="production", account="main", checks=results)


def test_one_line_a_check() -> None:
    assert (
        line(result("dns", "name not found", "check it", Mark.FAILED))
        == "FAIL  dns          name not found -> check it"
    )
    assert line(result("clock", "agrees")) == "ok    clock        agrees"
    told = report(result("a", ""), result("b", "", "", Mark.WARNING), result("c", "", "", Mark.SKIPPED))
    assert summary(told) == "1 good, 1 warning, 0 failed, 1 not judged"


def test_on_a_terminal_long_lines_are_folded_and_what_to_do_begins_one() -> None:
    told = result(
        "clock",
        "this machine's clock is 7.2 s behind Binance's, right to 18 ms",
        "set it by NTP",
        Mark.FAILED,
    )
    assert folded(told, 60).splitlines() == [
        "FAIL  clock        this machine's clock is 7.2 s behind",
        "                   Binance's, right to 18 ms",
        "                   -> set it by NTP",
    ]
    assert folded(result("clock", "agrees"), 60) == line(result("clock", "agrees"))
    assert folded(told, 3) == folded(told, 59)  # on a narrow one the terminal breaks them


@pytest.mark.parametrize(
    ("check", "text", "shown"),
    [
        (
            "egress",
            "fapi.binance.com sees 203.0.113.9 (told in its -2015)",
            "fapi.binance.com sees (address) (told in its -2015)",
        ),
        ("egress", "fapi.binance.com sees 2001:db8::7 (told)", "fapi.binance.com sees (address) (told)"),
        ("dns", "api.binance.com: leads to 192.168.1.1, which", "api.binance.com: leads to (address), which"),
        ("dns", "x: leads to fe80::1%eth0, which", "x: leads to (address), which"),
        ("proxy", "directly, from 192.0.2.7", "directly, from (address)"),
        ("proxy", "through the http proxy gate.lan:3128; TLS", "through the http proxy (host); TLS"),
        ("gateway", "127.0.0.1:8180 takes requests", "127.0.0.1:8180 takes requests"),
        ("clock", "at 12:30:45 the offset is 12 ms", "at 12:30:45 the offset is 12 ms"),
        ("journal", "/srv/maria/journal: a record", "(directory)/journal: a record"),
        (
            "files",
            "~/bot/secret (BINANCE_API_SECRET_FILE): others",
            "(directory)/secret (BINANCE_API_SECRET_FILE): others",
        ),
        ("known", "taken by GET /api/v3/account (4 ms)", "taken by GET /api/v3/account (4 ms)"),
        ("journal", "maria-bot/journal: a record", "(directory)/journal: a record"),
        ("journal", "/srv/Bot of Maria/journal: a record", "(directory)/journal: a record"),
        ("disk", "//srv/maria/journal: no such directory", "(directory)/journal: no such directory"),
        ("proxy", "goes to http://127.0.0.1:8190, not", "goes to http://127.0.0.1:8190, not"),
        ("disk", "79 GiB free; the journal has 0 MiB", "79 GiB free; the journal has 0 MiB"),
    ],
)
def test_what_a_stranger_sees(check: str, text: str, shown: str) -> None:
    (found,) = for_strangers(report(result(check, text, text))).checks
    assert (found.evidence, found.fix) == (shown, shown)
    printed = line(result(check, text, text, Mark.FAILED))
    assert line_for_strangers(printed) == line(result(check, shown, shown, Mark.FAILED))


def test_a_place_is_the_same_one_in_what_to_do() -> None:
    told = result("files", "my bots/secret (secret): others can read it", "chmod 600 my bots/secret")
    (found,) = for_strangers(report(told)).checks
    assert found.fix == "chmod 600 (directory)/secret"
    assert line_for_strangers(line(told)).endswith("others can read it -> chmod 600 (directory)/secret")


def test_any_other_text_is_left_alone() -> None:
    assert line_for_strangers("a note about /srv/maria/journal") == "a note about /srv/maria/journal"
