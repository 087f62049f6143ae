"""The program's own log, on stderr: JSON lines or, on a terminal, lines for people.

Nothing of a request may get in. Our own events carry chosen facts only. What libraries log is cut down to the
text that stands in their code, because they fill it with request lines, headers and URLs (aiohttp.server logs a
malformed header line raw). Tracebacks have no local variables and no foreign messages. Control characters are
escaped, and a finished line that still holds a loaded secret is withheld.
"""

import logging
import os
import re
import sys
import traceback
from collections.abc import MutableMapping, Sequence
from types import TracebackType
from typing import IO, Any, Final

import structlog

from proxy.core.errors import GatewayError
from proxy.core.foreign import Foreign
from proxy.core.printable import printable_ascii
from proxy.core.redaction.secret_scan import SecretScan
from proxy.core.secret import Secret
from proxy.core.settings import LogSettings
from proxy.runtime.colour import wants_colour

type _Event = MutableMapping[str, Any]
type _ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

_QUIET: Final = ("aiohttp.access", "aiohttp.client", "aiohttp.internal", "aiohttp.web", "aiohttp.websocket")
_LONGEST_FOREIGN: Final = 200
_WARNING: Final = re.compile(r"[^:]{1,200}:[0-9]{1,7}: [A-Za-z]{1,60}(?=: )")
"""Where a warning arose and its class, without its words."""
_CONSTANT_TEXTS: Final = frozenset(
    {
        "Unhandled exception in event loop",
        "Unhandled error in exception handler",
        "Task exception was never retrieved",
        "Task was destroyed but it is pending!",
        "Future exception was never retrieved",
        "socket.send() raised exception.",
        "Fatal error on transport",
        "Fatal read error on socket transport",
        "Fatal write error on socket transport",
        "Unhandled exception",
        "Unclosed connection",
        "Unclosed client session",
    }
)
"""Texts of asyncio and aiohttp that are logged without arguments."""
_ODD_WORD: Final = re.compile(r"\S*(?:[0-9]{5}|[=&@%?]|://|\S{25})\S*")
_MOST_FRAMES: Final = 12
WITHHELD: Final = "line_withheld"
"""Event that stands for a line that held a secret."""


def set_up_logs(settings: LogSettings, secrets: Sequence[Secret] = (), stream: IO[str] | None = None) -> None:
    """Send everything that is logged, ours and the libraries', to `stream` (stderr). May be called again."""
    stream = sys.stderr if stream is None else stream
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _plain_exception,
        _escape_controls,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _Finish(settings, secrets, stream),
        ],
        foreign_pre_chain=[_only_their_text, *shared],
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.WARNING))  # of libraries, warnings at most
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=_OwnLoggers(level),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class _OwnLoggers:
    """Gives our own loggers the configured level; those of libraries stay at warnings."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __call__(self, *names: Any) -> logging.Logger:
        logger = logging.getLogger(f"gateway.{names[0]}" if names and names[0] != "gateway" else "gateway")
        logger.setLevel(self._level)
        return logger


class _Finish:
    """The last processor: event to text, and the last look at it."""

    def __init__(self, settings: LogSettings, secrets: Sequence[Secret], stream: IO[str]) -> None:
        terminal = stream.isatty()
        people = settings.format == "console" or (settings.format == "auto" and terminal)
        colours = wants_colour(os.environ, terminal=terminal)
        self._render: Any = (
            structlog.dev.ConsoleRenderer(colors=colours) if people else structlog.processors.JSONRenderer()
        )
        self._sweep = SecretScan(secret.reveal() for secret in secrets)

    def __call__(self, logger: Any, method: str, event: _Event) -> str:
        kept = {key: event[key] for key in ("logger", "level", "timestamp") if key in event}
        text = str(self._render(logger, method, event))
        if not self._sweep.finds(text.encode("utf-8", "backslashreplace")):
            return text
        return str(self._render(logger, method, {"event": WITHHELD, **kept}))


def _only_their_text(_logger: Any, _method: str, event: _Event) -> _Event:
    """Of a library's record: the first line of the text in its code, without what it was filled with. A text
    without arguments is shown only if it is a known constant: it may have been filled before it was logged."""
    record = event.get("_record")
    template = record.msg if isinstance(record, logging.LogRecord) else event.get("event", "")
    first = template.strip().partition("\n")[0][:_LONGEST_FOREIGN] if isinstance(template, str) else ""
    if isinstance(record, logging.LogRecord) and record.name == "py.warnings":
        event["event"] = found[0] if (found := _WARNING.match(first)) else "<removed>"
    elif first in _CONSTANT_TEXTS or event.get("event") != template:  # the first holds the arguments, if any
        event["event"] = _ODD_WORD.sub("<removed>", first) or "<removed>"
    else:
        event["event"] = "<removed>"  # nobody can tell such a text from one that was filled already
    event.pop("positional_args", None)
    return event


def _plain_exception(_logger: Any, _method: str, event: _Event) -> _Event:
    """`exc_info` becomes class, frames without variables, and a message only where it is our own."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    found = _exc_info(given)
    if found is None:
        return event
    kind, error, trace = found
    event["error"] = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, GatewayError):
        event["message"] = error.message
    frames = traceback.extract_tb(trace, limit=-_MOST_FRAMES)
    event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _exc_info(given: object) -> _ExcInfo | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if isinstance(given, tuple) and len(given) == 3 and isinstance(given[1], BaseException):
        return type(given[1]), given[1], given[2]
    if given:
        kind, error, trace = sys.exc_info()
        if kind is not None and error is not None:
            return kind, error, trace
    return None


def _escape_controls(_logger: Any, _method: str, event: _Event) -> _Event:
    """A value must not be able to start a line, colour a terminal or move its cursor."""
    for key, value in event.items():
        event[key] = _escaped(value)
    return event


def _escaped(value: Any) -> Any:
    """Texts, also inside of lists and groups; anything else is shown by its `repr`, or is a number."""
    match value:
        case str():
            return printable_ascii(value)
        case Foreign():
            return value.terminal_ascii()
        case list() | tuple():
            return [_escaped(item) for item in value]
        case dict():
            return {printable_ascii(str(name)): _escaped(inner) for name, inner in value.items()}
    return value
