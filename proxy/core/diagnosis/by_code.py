"""The error alone is a question too: what a code or a filter means, what causes it, and how to tell which it is."""

import re
from typing import Final

from proxy.core.catalogue.errors import ErrorCode, all_errors
from proxy.core.diagnosis import rules
from proxy.core.diagnosis.all_departures import DEPARTURES
from proxy.core.diagnosis.all_symptoms import SYMPTOMS
from proxy.core.diagnosis.refusal import FILTER
from proxy.core.diagnosis.refusals import REFUSALS, rules_by_code

_OFTEN: Final[dict[str, tuple[str, ...]]] = {
    "-1022": (
        "secret-of-another-key", "secret-trailing-whitespace", "enc-raw-signed-encoded-sent",
        "order-sorted-signed-unsorted-sent", "scope-param-added-after-signing", "alg-base64-output",
        "place-signature-twice",
    ),
    "-1021": ("ts-behind", "ts-ahead", "ts-seconds", "ts-timezone-shift", "ts-microseconds-not-spot"),
    "-2014": ("key-format-whitespace-or-quotes", "header-apikey-missing", "key-placeholder-or-undefined"),
    "-2015": ("perm-ip-not-whitelisted", "perm-permission-missing", "key-unknown", "key-testnet-on-live"),
}  # fmt: skip
"""Codes with many causes: those that are met most often, first."""

_MOST: Final = 8
_CODE: Final = re.compile(r"-?[0-9]{3,6}")
_IN_TEXT: Final = (
    re.compile(r"""(?i)\bcode["']?\s*[=:]\s*["']?(-?[0-9]{3,6}|[A-Z_]{6,40})\b"""),
    re.compile(r"(?<![0-9A-Za-z.])(-[0-9]{4,5})(?![0-9])"),
)
_FILTER: Final = re.compile(r"\b[A-Z]{3,10}(?:_[A-Z]{3,10}){1,5}\b|\bNOTIONAL\b")
_MOST_READ: Final = 20_000


def subject_of(text: str) -> str | None:
    """The code or filter that a text is about: itself, or inside an error message. None if there is none."""
    text = text.strip()[:_MOST_READ]
    if _CODE.fullmatch(text) or text in filters():
        return text
    found = next((name for name in _FILTER.findall(text) if name in filters()), None)
    if found is not None:
        return str(found)
    matches = (pattern.search(text) for pattern in _IN_TEXT)
    return next((str(match[1]) for match in matches if match), None)


def filters() -> dict[str, str]:
    """Rule name by filter name."""
    return {one.text.strip("\\b"): one.rule for one in REFUSALS if one.rule.startswith(FILTER)}


def is_known(subject: str) -> bool:
    return subject in filters() or bool(meanings(subject)) or bool(rules_for(subject))


def meanings(code: str) -> tuple[ErrorCode, ...]:
    """All rows of the list of codes: a number may mean different things on spot, /sapi and futures."""
    return tuple(one for one in all_errors() if code in one.codes)


def rules_for(code: str) -> tuple[str, ...]:
    """Names of the rules that explain a code, those that are met most often first."""
    if not re.fullmatch(r"-[0-9]+", code):
        return ()
    number = int(code)
    often = _OFTEN.get(code, ())
    seen = (one.name for one in SYMPTOMS if number in one.codes)
    recomputed = (one.name for one in DEPARTURES if number in one.codes)
    return tuple(dict.fromkeys((*often, *rules_by_code().get(number, ()), *seen, *recomputed)))


def page(subject: str) -> str:
    """What a code or filter means, the likely causes and the next command, as Markdown. Raises KeyError for an
    unknown one."""
    if subject in filters():
        return rules.page(filters()[subject])
    if not is_known(subject):
        raise KeyError(subject)
    parts = [f"### {subject}", *(_meaning(one) for one in meanings(subject))]
    names = rules_for(subject)
    if names:
        lines = [
            f"* `{name}`: {rules.texts()[name].says} {rules.texts()[name].see}" for name in names[:_MOST]
        ]
        more = f"\n* and {len(names) - _MOST} more" if len(names) > _MOST else ""
        parts.append("Likely causes, and how to see each:\n\n" + "\n".join(lines) + more)
    parts.append(
        "To find out which it is, give the request too:"
        f"\n\n```text\nsigning-proxy explain --code {subject} 'curl ...'\n```"
    )
    return "\n\n".join(parts) + "\n"


def _meaning(one: ErrorCode) -> str:
    where = f" ({one.where})" if one.where else ""
    causes = f"\n\nCauses: {'; '.join(one.causes)}." if one.causes else ""
    fix = f"\n\nWhat to do: {one.fix}" if one.fix else ""
    return f"**{one.name}**{where}: {one.meaning}{causes}{fix}\n\nSend it again? {one.retry}."
