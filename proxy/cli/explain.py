"""`explain`: what is wrong with a request, and how one can tell."""

import difflib
import re
import shutil
import sys
from dataclasses import replace
from typing import Any, Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_accounts, open_settings, settings_options
from proxy.config.addresses import parse_address
from proxy.config.load import Overrides
from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.observation import AnswerSeen
from proxy.core.diagnosis.refusals import by_code, question
from proxy.core.errors import UsageError
from proxy.core.findings import Verdict
from proxy.core.symbol_rules import Rules
from proxy.explain.exchange_info import read_exchange_info
from proxy.explain.found_request import SeenRequest, UnreadableError
from proxy.explain.given_answer import AnswerTold, answer_told
from proxy.explain.inputs import is_place, read_input
from proxy.explain.machine import as_line
from proxy.explain.masks import Masks
from proxy.explain.observation import known_keys
from proxy.explain.present import Page, as_text, unpainted
from proxy.explain.readers.curl import read_curl_words
from proxy.explain.readers.journal import count_foreign_lines
from proxy.explain.reading import read_requests
from proxy.explain.status_alone import page as status_page, status_in
from proxy.explain.unanswered import fault_in
from proxy.explain.verdict import Explained, explain
from proxy.runtime.bounded import bounded

_CODE: Final = re.compile(r"-[0-9]{3,6}")
_CURL: Final = ("curl", "curl.exe")
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "bold": {"bold": True},
    "bad": {"fg": "red", "bold": True},
    "good": {"fg": "green", "bold": True},
    "dim": {"dim": True},
}
_MANY: Final = 10
_READ: Final = 2_000


class ExplainCommand(click.Command):
    """`explain curl -X POST ...`: from the word `curl` on, everything belongs to the curl command. A code such as
    -1021 alone is an input, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = next((i for i, word in enumerate(args) if word in _CURL), None)
        if at is not None and at + 1 < len(args):
            args = [*args[:at], "--", *args[at:]]
        elif args and _CODE.fullmatch(args[-1]) and (len(args) == 1 or not args[-2].startswith("--")):
            args = [*args[:-1], "--", args[-1]]
        return super().parse_args(ctx, args)


@click.command(cls=ExplainCommand)
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a request, on one line.")
@click.option("--status", type=click.IntRange(100, 599), help="HTTP status of the answer.")
@click.option("--code", metavar="CODE", help="Binance's code in the answer, such as -1022.")
@click.option("--answer", metavar="TEXT|@FILE", help="The answer: its body, or head and body.")
@click.option(
    "--exchange-info",
    metavar="FILE",
    help="An answer of exchangeInfo, also gzipped: names the filter bound that was broken and a value that passes.",
)
@click.option("--rule", metavar="NAME", help="Print what a rule is about, and nothing else.")
@settings_options
def command(
    *,
    inputs: tuple[str, ...],
    as_json: bool,
    status: int | None,
    code: str | None,
    answer: str | None,
    exchange_info: str | None,
    rule: str | None,
    overrides: Overrides,
) -> int:
    """Say what is wrong with a request, with proof where it can be had. Nothing is sent.

    INPUT is a file, a text, or - for standard input (the default): a curl command, curl -v log, raw HTTP, HAR,
    journal lines, URL, ccxt verbose log, printed Python request. Or put `signing-proxy explain` before the curl
    command itself. A code, a filter or an error message alone is explained too.

    \b
      signing-proxy explain curl -H 'X-MBX-APIKEY: ...' 'https://api.binance.com/api/v3/account?...'
      signing-proxy explain traffic.har
      signing-proxy explain -1021
      xclip -o | signing-proxy explain --answer '{"code":-1022,"msg":"..."}'

    The secret comes from the configuration or the environment, as for `run`. Without one, symptoms are seen but
    no signature is recomputed. Exit code 1 if there is a finding, 0 if not.
    """
    if rule is not None:
        return _print_rule(rule)
    texts, told = _read(inputs), AnswerTold(status, code, _text_of(answer))
    symbols = None if exchange_info is None else read_exchange_info(exchange_info)
    with bounded("give the part with the request in question"):
        explained, masks = _explain(_with_answer(_understood(inputs, texts), told), overrides, symbols)
    if as_json:
        for one in explained:
            terminal.out(as_line(one, masks))
    else:
        _print(explained, masks)
    return int(any(one.diagnosis.verdict is Verdict.MISTAKEN for one in explained))


def _print_rule(name: str) -> int:
    if by_code.is_known(name):
        terminal.out(by_code.page(name).rstrip("\n"))
        return 0
    if name not in rules.names():
        close = difflib.get_close_matches(name, rules.names(), n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(close)}?" if close else "names stand beside each finding"
        raise UsageError("there is no rule of that name", hint)
    terminal.out(rules.page(name).rstrip("\n"))
    return 0


def _read(inputs: tuple[str, ...]) -> list[bytes]:
    """The texts of all inputs; none for a curl command in words of its own. Raises UsageError."""
    if _is_curl(inputs):
        return []
    stdin = sys.stdin.buffer
    if not inputs and stdin.isatty():
        terminal.say("paste the request, then press Ctrl-D")
    return [text for given in inputs or ("-",) for text in read_input(given, stdin)]


def _is_curl(inputs: tuple[str, ...]) -> bool:
    return len(inputs) > 1 and inputs[0] in _CURL


def _understood(inputs: tuple[str, ...], texts: list[bytes]) -> list[SeenRequest]:
    """All requests of all texts. Raises UsageError."""
    if _is_curl(inputs):
        seen = read_curl_words(list(inputs))
        if not seen:
            raise UsageError("this curl command has no URL", "give the whole command")
        return seen
    try:
        seen = [one for text in texts for one in read_requests(text)]
    except UnreadableError as error:
        _answer_a_question(texts)
        named = any(not set(given) & set(" \n{<") for given in inputs if given != "-")
        hint = "there is no file of this name either; " if named and not _all_exist(inputs) else ""
        raise UsageError(str(error), f"{hint}signing-proxy explain --help") from None
    skipped = sum(count_foreign_lines(text.decode("utf-8", "replace")) for text in texts)
    if skipped:
        lines = "1 line was" if skipped == 1 else f"{skipped} lines were"
        terminal.say(
            f"note: {lines} skipped: another version of the program wrote them; explain them with that one"
        )
    return seen


def _answer_a_question(texts: list[bytes]) -> None:
    """Codes, filters or error messages without a request are a question about the error: answer it, and end."""
    text = texts[0].decode("utf-8", "replace") if len(texts) == 1 else ""
    if not any(one.strip() for one in texts):
        raise UsageError(
            "there is nothing to read: the input is empty",
            "give a curl command, a log, a HAR file or an error message",
        )
    subjects = by_code.subjects_of(text)
    for subject in subjects:
        terminal.out(by_code.page(subject, question.named_in(text), text[:_READ]).rstrip("\n"))
        if subject != subjects[-1]:
            terminal.out("")
    if subjects:
        click.get_current_context().exit(0)
    code = question.unknown_code(text)
    if code is not None:
        raise UsageError(
            f"the code {code} is none of Binance's that are known here",
            "another exchange, such as Binance TR, has codes of its own; else give the request too",
        )
    status = None if question.is_of_request(text) else status_in(text)
    if status is not None:
        terminal.out(status_page(status).rstrip("\n"))
        click.get_current_context().exit(0)
    fault = None if question.is_of_request(text) else fault_in(text)
    if fault is not None:
        terminal.out(f"{fault[0].upper()}{fault[1:]}.")
        click.get_current_context().exit(0)
    if question.is_error_text(text):
        raise UsageError(
            "this text holds no request, and neither a code nor a sentence of Binance's that is known here",
            "give the code or the whole message, for example: signing-proxy explain -1021, or signing-proxy explain"
            " 'APIError(code=-1021): Timestamp for this request is outside of the recvWindow.'",
        )


def _all_exist(inputs: tuple[str, ...]) -> bool:
    return all(given == "-" or is_place(given) for given in inputs)


def _text_of(answer: str | None) -> bytes | None:
    """`@FILE` is read; anything else is the text."""
    if answer is None or not answer.startswith("@"):
        return None if answer is None else answer.encode("utf-8", "surrogateescape")
    return b"\n".join(read_input(answer[1:], sys.stdin.buffer))


def _with_answer(seen: list[SeenRequest], told: AnswerTold) -> list[SeenRequest]:
    """The answer of the options goes with the only request. Raises UsageError where there are several."""
    if told == AnswerTold():
        return seen
    if len(seen) != 1:
        raise UsageError(
            f"--status, --code and --answer speak of one request, and there are {len(seen)}",
            "give the request in question alone",
        )
    found: AnswerSeen | None = answer_told(told, seen[0].request.method, seen[0].request.path)
    if found is None:
        raise UsageError("the answer holds neither a status nor a code", "add --status")
    return [replace(seen[0], answer=found)]


def _explain(
    seen: list[SeenRequest], overrides: Overrides, symbols: Rules | None
) -> tuple[list[Explained], Masks]:
    loaded = open_settings(overrides)
    accounts = open_accounts(loaded, keyless=True)
    masks = Masks(accounts.secrets())
    gateway = _gateway(loaded.settings.listen)
    explained = [
        explain(one, known_keys(one, tuple(accounts), accounts.default), gateway=gateway, rules=symbols)
        for one in seen
    ]
    return explained, masks


def _gateway(listen: str) -> tuple[str, int] | None:
    try:
        address = parse_address(listen)
    except ValueError:
        return None
    return (address.host, address.port) if address.port else None


def _print(explained: list[Explained], masks: Masks) -> None:
    """All of a few requests; of many those with a finding, and how many had none."""
    colour = terminal.coloured(sys.stdout)
    page = Page(shutil.get_terminal_size((80, 24)).columns, _painted if colour else unpainted)
    silent = 0
    for number, one in enumerate(explained, 1):
        if len(explained) > _MANY and one.diagnosis.verdict is not Verdict.MISTAKEN:
            silent += 1
            continue
        if len(explained) > 1:
            terminal.out(f"{number} of {len(explained)}")
        terminal.out(as_text(one, masks, page))
        if len(explained) > 1:
            terminal.out("")
    if silent:
        terminal.out(f"{silent} of {len(explained)} requests: nothing was found")


def _painted(text: str, style: str) -> str:
    return click.style(text, **_STYLES[style])
