"""A report as lines, for a terminal and for a bundle."""

import ipaddress
import re
import textwrap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from proxy.doctor.all_checks import CHECKS
from proxy.doctor.result import Mark, Report, Result

WORDS: Final[Mapping[Mark, str]] = MappingProxyType(
    {Mark.GOOD: "ok", Mark.WARNING: "warn", Mark.FAILED: "FAIL", Mark.SKIPPED: "-"}
)
WIDTH: Final = max(len(name) for name in CHECKS)
"""Of the column of names."""
_NARROWEST: Final = 40
"""Below this nothing is folded more: the terminal does it."""
_COULD_BE_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]{3,45}(?:%\w+)?)(?![\w])"
)
_OF_THIS_MACHINE: Final = frozenset({"files", "journal", "disk", "proxy"})
_PLACE: Final = re.compile(
    r"https?://[^\s,;()]*|(?<![\w.)])~?/(?:[^\s/:;,()]+/)*([^\s/:;,()]+)|(?<= proxy )[\w.-]+:[0-9]+"
)
_LEADING_PLACE: Final = re.compile(r"[^:;]*/([^/:;]*?)(?=: | \([A-Za-z0-9_.]+\): )")
"""What a check of a file begins with: a path, maybe a relative one, maybe with blanks."""
_LINE: Final = re.compile(rf"((?:{'|'.join(map(re.escape, WORDS.values()))}) +([a-z0-9-]+)  +)(.+)")


def line(result: Result) -> str:
    """`ok    clock        agrees ... -> what to do`."""
    return f"{WORDS[result.verdict]:<4}  {result.check:<{WIDTH}}  {told(result)}"


def told(result: Result) -> str:
    """Evidence, and what to do."""
    return f"{result.evidence} -> {result.fix}" if result.fix else result.evidence


def folded(result: Result, width: int) -> str:
    """The same on a terminal of so many columns: long texts folded, what to do on a line of its own."""
    head = f"{WORDS[result.verdict]:<4}  {result.check:<{WIDTH}}  "
    beside = max(_NARROWEST, width - len(head))
    lines = _wrapped(result.evidence, beside)
    if result.fix:
        lines += _wrapped(f"-> {result.fix}", beside, "   ")
    return head + f"\n{' ' * len(head)}".join(lines)


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def summary(report: Report) -> str:
    counts = {mark: sum(one.verdict is mark for one in report.checks) for mark in Mark}
    return (
        f"{counts[Mark.GOOD]} good, {_plural(counts[Mark.WARNING], 'warning')}, {counts[Mark.FAILED]} failed,"
        f" {counts[Mark.SKIPPED]} not judged"
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def for_strangers(report: Report) -> Report:
    """The report without addresses, directories and the proxy's name: for a public place."""
    return replace(report, checks=tuple(map(_for_strangers, report.checks)))


def line_for_strangers(text: str) -> str:
    """A printed line, as `for_strangers` would have had it; any other text as it is."""
    found = _LINE.fullmatch(text)
    return found[1] + _cut(found[2], found[3])[0] if found else text


def _for_strangers(result: Result) -> Result:
    evidence, fix = _cut(result.check, result.evidence, result.fix)
    return replace(result, evidence=evidence, fix=fix)


def _cut(check: str, *texts: str) -> tuple[str, ...]:
    """The texts of one check. A place that the first begins with is the same place in all of them."""
    if check in _OF_THIS_MACHINE:
        leading = _LEADING_PLACE.match(texts[0])
        if leading:
            texts = tuple(text.replace(leading[0], f"(directory)/{leading[1]}") for text in texts)
        texts = tuple(_PLACE.sub(_name_alone, text) for text in texts)
    return tuple(_COULD_BE_ADDRESS.sub(_no_address, text) for text in texts)


def _no_address(found: re.Match[str]) -> str:
    """Loopback stays: it is everybody's."""
    text = found[0].rstrip(":")
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return found[0]
    return found[0] if address.is_loopback else f"(address){found[0][len(text) :]}"


def _name_alone(found: re.Match[str]) -> str:
    if found[0].startswith("http"):  # where the gateway goes to, no place of this machine
        return found[0]
    return f"(directory)/{found[1]}" if found[1] else "(host)"
