"""The program log: one line an event, nothing of a request in it, no secret whatever happens."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from proxy.core.errors import Refusal, UpstreamError
from proxy.core.secret import Secret
from proxy.core.settings import LogSettings
from proxy.telemetry.logs import WITHHELD, set_up_logs

HIDDEN = "testSecretTESTsecret0123456789abcdef"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def logged(act: Any, *, stream: io.StringIO | None = None, **settings: Any) -> str:
    stream = stream or io.StringIO()
    set_up_logs(LogSettings(**settings), [Secret(HIDDEN.encode())], stream)
    act()
    return stream.getvalue()


def test_our_events_are_json_lines() -> None:
    text = logged(lambda: structlog.get_logger("journal").warning("journal_dropped", count=3))
    event = json.loads(text)
    assert (event["event"], event["count"], event["level"], event["logger"]) == (
        "journal_dropped",
        3,
        "warning",
        "gateway.journal",
    )
    assert event["timestamp"].endswith("Z")


def test_on_a_terminal_lines_are_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def act() -> None:
        structlog.get_logger("gateway").info("started", port=8180)

    assert "\x1b[" in logged(act, stream=Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    plain = logged(act, stream=Terminal())
    assert "\x1b[" not in plain
    assert "started" in plain


@pytest.mark.parametrize(("level", "expected"), [("debug", 3), ("info", 2), ("warning", 1), ("error", 0)])
def test_levels(level: str, expected: int) -> None:
    def act() -> None:
        logger = structlog.get_logger("gateway")
        logger.debug("one")
        logger.info("two")
        logger.warning("three")

    assert len(logged(act, level=level).splitlines()) == expected


def test_a_value_cannot_start_a_line_or_colour_a_terminal() -> None:
    def act() -> None:
        structlog.get_logger("gateway").info("refused\nforged", path="a\n\x1b[31m\u202eb", parts=["c\rd"])

    for form in ("json", "console"):
        text = logged(act, format=form)
        assert len(text.splitlines()) == 1
        assert all(" " <= character <= "~" for character in text.rstrip("\n"))


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("encode", [str, str.swapcase, lambda text: text.encode().hex()])
def test_a_line_with_a_secret_is_withheld(form: str, encode: Any) -> None:
    def act() -> None:
        structlog.get_logger("gateway").info("note", value=f"before {encode(HIDDEN)} after")

    text = logged(act, format=form)
    assert WITHHELD in text
    assert encode(HIDDEN) not in text


def test_a_librarys_text_is_not_filled() -> None:
    """aiohttp.server fills its messages with what a client sent."""

    def act() -> None:
        logging.getLogger("aiohttp.server").error(
            "Error handling request from %s: %r", "1.2.3.4", b"X-MBX-APIKEY: k"
        )
        logging.getLogger("asyncio").error(
            "Task exception was never retrieved\nfuture: <Task https://x/?signature=1>"
        )
        logging.getLogger("other").warning("sent to https://api.binance.com/?a=b with key 0123456789")
        logging.getLogger("other").warning("sent to https://api.binance.com/?a=b for %s", "somebody")

    lines = [json.loads(line)["event"] for line in logged(act).splitlines()]
    assert lines[0].startswith("Error handling request from <removed>")
    assert lines[1] == "Task exception was never retrieved"
    assert lines[2] == "<removed>"  # without arguments: it may have been filled before
    assert lines[3] == "sent to <removed> for <removed>"


def _fail(planted: str) -> None:
    raise ConnectionError(planted)


def test_a_traceback_has_no_values() -> None:
    """log-10: the text or repr of an upstream error may hold the signed URL."""

    def act() -> None:
        try:
            _fail("https://api.binance.com/api/v3/order?signature=abcdef")
        except ConnectionError:
            structlog.get_logger("gateway").exception("send_failed")
            logging.getLogger("aiohttp.server").exception("Unhandled exception")

    for form in ("json", "console"):
        text = logged(act, format=form)
        assert text.count("builtins.ConnectionError") == 2
        assert "test_logs.py" in text
        assert "signature" not in text
        assert "api.binance.com" not in text


def test_our_own_errors_keep_their_message() -> None:
    def act() -> None:
        error = UpstreamError(Refusal(502, "upstream_tls", "the certificate is not valid"), "tls")
        structlog.get_logger("gateway").error("failed", exc_info=error)

    assert json.loads(logged(act))["message"] == "the certificate is not valid"


def test_access_logs_stay_quiet_and_warnings_come_here() -> None:
    def act() -> None:
        logging.getLogger("aiohttp.access").error("GET /api/v3/account?signature=abc")
        logging.getLogger("urllib3").info("starting")
        warnings.warn("an odd thing", UserWarning, stacklevel=1)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        lines = logged(act, level="debug").splitlines()
    assert len(lines) == 1
    assert "test_logs.py" in lines[0]
    assert "UserWarning" in lines[0]
    assert "an odd thing" not in lines[0]


def test_it_may_be_set_up_again() -> None:
    first, second = io.StringIO(), io.StringIO()
    set_up_logs(LogSettings(), (), first)
    set_up_logs(LogSettings(), (), second)
    structlog.get_logger("gateway").info("once")
    assert first.getvalue() == ""
    assert len(second.getvalue().splitlines()) == 1
