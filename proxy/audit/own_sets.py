"""Sets of one's own, from a YAML file:

    name: my-ads
    groups:
      - name: ads
        calls:
          - GET /sapi/v1/c2c/ads/getAds?page=1
          - 'POST /sapi/v1/c2c/ads/search {"asset":"USDT","fiat":"USD","tradeType":"BUY"}'

A group may name its `controls`; without, it has those of spot and wallet. The wall is the same for all sets.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Final

import msgspec

from proxy.audit.built_in import CONTROLS, NAMES, call_set
from proxy.audit.calls import CallSet
from proxy.config.document import read_document
from proxy.core.errors import ConfigError, UsageError

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_MOST_CALLS: Final = 60
_HINT: Final = "docs/audit.md shows such a file"

type _Line = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
type _Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    calls: Annotated[list[_Line], msgspec.Meta(min_length=1)]
    name: _Name = "calls"
    controls: list[_Line] | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    name: _Name
    groups: Annotated[list[_Group], msgspec.Meta(min_length=1)]


def own_set(path: Path) -> CallSet:
    """The set in a file. Raises ConfigError for a file that holds none, UsageError for a call that is no read."""
    try:
        document = read_document(path)
    except ConfigError as error:
        raise ConfigError(error.message, f"check the path after --set; {_HINT}") from None
    try:
        written = msgspec.convert(document.data, _File)
    except msgspec.ValidationError as error:
        raise ConfigError(f"the set cannot be used: {_place(str(error))}", _HINT) from None
    if not NAME.fullmatch(written.name) or written.name in NAMES:
        raise ConfigError(
            "the name of a set has small letters, digits and -, and is none of " + ", ".join(NAMES), _HINT
        )
    found = call_set(
        written.name,
        tuple(
            (group.name, tuple(CONTROLS if group.controls is None else group.controls), tuple(group.calls))
            for group in written.groups
        ),
    )
    _require_distinct(found)
    return found


def _require_distinct(found: CallSet) -> None:
    """Results are known by method and path, so none may stand for two calls."""
    if len(found.calls) > _MOST_CALLS:
        raise UsageError(f"a set has at most {_MOST_CALLS} calls, this one has {len(found.calls)}")
    asked = Counter(name for section in found.sections for name in section.calls)
    asked.update({name for section in found.sections for name in section.controls})
    doubled = next((name for name, count in asked.items() if count > 1), None)
    if doubled is not None:
        raise UsageError(
            f"{doubled} stands twice in the set", "name each call once, as a control or as a call"
        )


def _place(text: str) -> str:
    """What msgspec says, without the values that it quotes: one of them may be a secret in the wrong place."""
    says, _, where = text.partition(" - at ")
    known = re.sub(
        r"`[^`]*`", lambda found: found[0] if re.fullmatch(r"`[a-z]{1,10}`", found[0]) else "a name", says
    )
    return f"{known} at {where.strip('`')}" if where else known
