"""The error alone is a question too: what a code or a filter means, what causes it, and how to tell which it is."""

import re
import shlex
from typing import Final

from proxy.core.catalogue.errors import ErrorCode, all_errors
from proxy.core.diagnosis.examination import rules
from proxy.core.diagnosis.examination.all_symptoms import SYMPTOMS
from proxy.core.diagnosis.refusals import question
from proxy.core.diagnosis.refusals.refusal import FILTER
from proxy.core.diagnosis.refusals.refusals import REFUSALS, rules_by_code
from proxy.core.diagnosis.search.all_departures import DEPARTURES

_OFTEN: Final[dict[str, tuple[str, ...]]] = {
    "-1022": (
        "secret-of-another-key", "secret-trailing-whitespace", "enc-raw-signed-encoded-sent",
        "order-sorted-signed-unsorted-sent", "scope-param-added-after-signing", "alg-base64-output",
        "place-signature-twice",
    ),
    "-1021": ("ts-behind", "ts-ahead", "ts-seconds", "ts-timezone-shift", "ts-microseconds-not-spot"),
    "-2014": ("key-format-whitespace-or-quotes", "header-apikey-missing", "key-placeholder-or-undefined"),
    "-2008": ("key-unknown", "key-testnet-on-live", "key-and-secret-swapped"),
    "-1100": (
        "param-decimal-comma", "param-scientific-notation", "param-symbol-format", "param-literal-undefined",
        "param-empty-value", "param-quoted-value",
    ),
    "-1102": (
        "param-mandatory-missing", "ts-missing", "place-signature-missing", "param-empty-value",
        "place-json-body-on-form-endpoint", "place-form-with-wrong-content-type", "host-wrong-method",
    ),
    "-1111": ("param-too-precise", "filter-lot-size", "filter-price"),
    "-1104": ("param-unknown-name", "host-wrong-method", "place-signature-on-public-endpoint"),
    "-1013": ("filter-lot-size", "filter-price", "filter-notional", "filter-percent-price-by-side"),
    "-2015": ("perm-ip-not-whitelisted", "perm-permission-missing", "key-unknown", "key-testnet-on-live"),
}  # fmt: skip
"""Codes with many causes: those that are met most often, first."""

_MOST: Final = 8
_FEW: Final = 2
_NUMBERS: Final = frozenset({"number"})
_OF: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("alg-", frozenset({"signature"})), ("place-signature", frozenset({"signature"})),
    ("ts-recvwindow", frozenset({"recvWindow"})), ("ts-", frozenset({"timestamp"})),
    ("enc-times-entity", frozenset({"timestamp"})), ("param-symbol-format", frozenset({"symbol"})),
    ("param-client-order-id", frozenset({"client id"})), ("param-rounded-id", frozenset({"id"})),
    ("param-decimal-comma", _NUMBERS), ("param-scientific-notation", _NUMBERS), ("param-float-noise", _NUMBERS),
    ("header-pay-recipe", frozenset()), ("ws-", frozenset()),
)  # fmt: skip
"""How rule names begin that speak of one kind of parameter only, and the kind."""


def subjects_of(text: str) -> tuple[str, ...]:
    """The codes and filters that a text is about, at most three: itself, or inside error messages."""
    return question.subjects_of(text, frozenset(filters()), is_known)


def subject_of(text: str) -> str | None:
    """The first of them. None if there is none."""
    return next(iter(subjects_of(text)), None)


def filters() -> dict[str, str]:
    """Rule name by filter name."""
    return {one.text.strip("\\b"): one.rule for one in REFUSALS if one.rule.startswith(FILTER)}


def is_known(subject: str) -> bool:
    return subject in filters() or bool(meanings(subject)) or bool(rules_for(subject))


def meanings(code: str) -> tuple[ErrorCode, ...]:
    """All rows of the list of codes: a number may mean different things on spot, /sapi and futures."""
    return tuple(one for one in all_errors() if code in one.codes)


def rules_for(code: str, named: frozenset[str] = frozenset(), said: str = "") -> tuple[str, ...]:
    """Names of the rules that explain a code: what the exchange's sentence says, then those that are met most often.
    Where it names parameters, those that speak of them come first, and those that speak of others are left out."""
    if not re.fullmatch(r"-[0-9]+", code):
        return ()
    number = int(code)
    often = _OFTEN.get(code, ())
    seen = (one.name for one in SYMPTOMS if number in one.codes)
    recomputed = (one.name for one in DEPARTURES if number in one.codes)
    names = tuple(
        dict.fromkeys((*_told(number, said), *often, *rules_by_code().get(number, ()), *seen, *recomputed))
    )
    kinds = frozenset(_kind(name) for name in named)
    if not kinds:
        return names
    kept = [name for name in names if (of := _of(name)) is None or of & kinds]
    return tuple(sorted(kept, key=lambda name: not (_of(name) or frozenset()) & kinds - {"id"}))


def _told(code: int, said: str) -> tuple[str, ...]:
    """The refusals that the sentence tells of by its words."""
    return tuple(one.rule for one in REFUSALS if one.text and code in one.codes and one.fits(code, said, ""))


def _of(rule: str) -> frozenset[str] | None:
    """The kinds of parameter that a rule speaks of; None where it speaks of any."""
    return next((kinds for start, kinds in _OF if rule.startswith(start)), None)


def _kind(name: str) -> str:
    """What sort of value a parameter holds, as `_OF` has it."""
    if name in ("signature", "timestamp", "recvWindow", "symbol"):
        return name
    if re.search(r"(?i)clientorderid$", name):
        return "client id"
    if re.search(r"(?i)(?:price|qty|quantity|amount|rate)$", name):
        return "number"
    return "id" if name.endswith(("Id", "No")) else "other"


def page(subject: str, named: frozenset[str] = frozenset(), said: str = "") -> str:
    """What a code or filter means, the likely causes and the next command, as Markdown. `named` are the parameters
    that the exchange's sentence `said` names. Raises KeyError for an unknown one."""
    if subject in filters():
        return rules.page(filters()[subject])
    if not is_known(subject):
        raise KeyError(subject)
    parts = [f"### {subject}", *(meaning(one) for one in _by_sentence(meanings(subject), said))]
    names = rules_for(subject, named, said)
    if names:
        if named:
            parts.append(f"Binance names the parameter {', '.join(sorted(named))}: look at its value first.")
        told = not meanings(subject) and len(names) <= _FEW  # with little else to say, say what to do
        lines = [_cause(name, with_remedy=told) for name in names[:_MOST]]
        more = f"\n* and {len(names) - _MOST} more" if len(names) > _MOST else ""
        parts.append("Likely causes, and how to see each:\n\n" + "\n".join(lines) + more)
    parts.append(
        "To find out which it is, give the request too:"
        f"\n\n```sh\nsigning-proxy explain --code {shlex.quote(subject)} 'curl ...'\n```"
    )
    return "\n\n".join(parts) + "\n"


def _by_sentence(rows: tuple[ErrorCode, ...], said: str) -> list[ErrorCode]:
    """The rows of a code that means several things, with the one first whose sentence or name was said."""
    words = re.sub(r"[^a-z]+", "", said.lower())
    return sorted(rows, key=lambda row: not any(_plain(one) in words for one in (row.name, *row.messages)))


def _plain(text: str) -> str:
    """The letters of a name or of the fixed beginning of a message; never empty."""
    return re.sub(r"[^a-z]+", "", re.split(r"%s|['\"<{(]|[0-9]", text)[0].lower()) or text


def _cause(name: str, *, with_remedy: bool) -> str:
    text = rules.texts()[name]
    return f"* `{name}`: {text.says} {text.see}" + (f" What to do: {text.remedy}" if with_remedy else "")


def meaning(one: ErrorCode) -> str:
    """A row of the list of codes, as Markdown."""
    where = f" ({one.where})" if one.where else ""
    causes = f"\n\nCauses: {'; '.join(one.causes)}." if one.causes else ""
    fix = f"\n\nWhat to do: {one.fix}" if one.fix else ""
    return f"**{one.name}**{where}: {one.meaning}{causes}{fix}\n\nSend it again? {one.retry}."
